// The name a mistyped word was probably meant to be.
//
// Suggests only what is near enough to be helpful; no suggestion is better than a silly one.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace heapreel::cli {

// Insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b`.
size_t edit_distance(std::string_view a, std::string_view b);

// The candidate nearest to `word`, or empty. A word of n letters may be off by max(1, n/3) edits, or be a prefix.
std::string_view nearest_name(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace heapreel::cli
