// What the facts of an Inspection mean for a recording: may it start, what will be seen, what must be set.
//
// Pure: the same inspection gives the same verdict. A file that cannot work at all is refused; one of which part is
// seen is warned of, since what it goes on to run may be seen in full (bash has a malloc of its own on some systems).
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "recorder/target/finding.h"
#include "recorder/target/inspect.h"

namespace heapreel::target {

struct Verdict {
  Findings findings{};
  // What to add to variables of lists with ':' between, such as ASAN_OPTIONS, for the program to start with the shim.
  std::vector<std::pair<std::string, std::string>> environment{};
};

Verdict judge(const Inspection& seen);

// `environment` with the verdict's additions: a list that is there already is kept, and ours is put behind it, where it
// wins.
Words with_additions(Words environment, const Verdict& verdict);

}  // namespace heapreel::target
