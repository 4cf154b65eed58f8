// The settings of an allocator: what its environment asks for, and what the running allocator itself says.
//
// A setting is proven if the allocator, asked in a run of its own, names the value that was asked for. One that it
// names otherwise, or of which it says nothing, is not: it may have been misspelt, out of range, or unknown to this
// version. Absent: what a setting does; whether the allocator acts on what it says is for its figures to show.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace heapreel::lab {

struct Knob {
  std::string name{};                  // as in the allocator's own variable, without its prefix
  std::optional<std::string> value{};  // as the allocator says; "default": it decides for itself
  std::optional<std::string> asked{};
  std::optional<bool> proven{};  // of what was asked for
};

// What the entries of an environment (NAME=VALUE) ask of an allocator, by the names of its knobs. Known are
// MALLOC_CONF, GLIBC_TUNABLES and the C library's older variables, TCMALLOC_* and MIMALLOC_*. Of two that ask for the
// same, the later stands.
std::vector<std::pair<std::string, std::string>> asked_of(const std::vector<std::string>& settings);

// Whether two values are the same setting: as words, as numbers (0x10 and 16), or as yes and no (true, on, 1).
bool same_value(std::string_view asked, std::string_view value);

// `said` holds the lines NAME=VALUE of a board. First what was asked for, then all else that the allocator says.
std::vector<Knob> knobs_of(const std::string& said, const std::vector<std::string>& settings);

}  // namespace heapreel::lab
