// Takes out of a reel's metadata whatever can name a person, a machine, a path or a product: level 1 of scrubbing.
//
// The invariant: what is not known to be harmless goes. Every field of reel.proto has a rule (scrub_rules.h), a field
// without one is removed, and no text is kept that the program or its user could have chosen. The events are not
// touched: their content id stays. Deliberately absent: any change of sizes, times or threads; a claim of anonymity.
#pragma once

#include <string>
#include <vector>

#include "trace_format/store/metadata.h"

namespace heapreel::reel {

inline constexpr std::string_view kScrubStep = "scrub L1";  // in Metadata.provenance

// In words for people, each once.
struct ScrubReport {
  std::vector<std::string> removed;
  std::vector<std::string> remains;
};

// Leaves metadata.confidential empty; its block must not be written.
ScrubReport scrub(ReelMetadata& metadata);

}  // namespace heapreel::reel
