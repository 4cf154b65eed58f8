// One line of a checklist: what was looked at, how it is, and what to do about it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace heapreel::target {

enum class Level : uint8_t {
  kOk,      // as it should be
  kNote,    // worth knowing; changes nothing that is asked for
  kWarn,    // works, but not all that was meant is seen or kept
  kRefuse,  // cannot work
};

struct Finding {
  Level level = Level::kOk;
  std::string what{};  // the subject, lower case: "time stamps", "the program"
  std::string why{};   // what was found
  std::string hint{};  // the way out; empty if nothing needs doing
};

using Findings = std::vector<Finding>;

inline Level worst(const Findings& findings) {
  Level level = Level::kOk;
  for (const Finding& finding : findings) level = std::max(level, finding.level);
  return level;
}

}  // namespace heapreel::target
