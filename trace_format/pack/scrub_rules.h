// What scrubbing does to each field of reel.proto: one row per field, and every field has one (a test holds it).
//
// docs/sharing.md gives the same list with reasons; a test compares the two.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace heapreel::reel {

enum class Fate : uint8_t {
  kInside,     // a message: its fields have rules of their own
  kKept,       // numbers that replay, prediction or readers need
  kRemoved,    // cleared
  kCoarsened,  // rewritten by the row's function, or as scrub.cc says
};

struct ScrubRule {
  std::string_view field;  // "Message.field"
  Fate fate = Fate::kRemoved;
  std::string_view what = {};                         // for people; rows may share it
  std::string (*text)(const std::string&) = nullptr;  // of a text: what may stay, or nothing
  uint64_t (*number)(uint64_t) = nullptr;
};

std::span<const ScrubRule> scrub_rules();
// The rule of a field, or nullptr.
const ScrubRule* find_scrub_rule(std::string_view field);

}  // namespace heapreel::reel
