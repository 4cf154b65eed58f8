// The sample reels of this version: small files with fixed ids that every later version must read (docs/reel-format.md,
// section 9). `write_samples FOLDER` makes them anew.
#pragma once

#include <string>
#include <vector>

#include "trace_format/event/event.h"

namespace heapreel::tests {

// Every kind with every flag that suits it, by addresses and by one thread after the other.
std::vector<reel::Event> every_kind_events();

// Writes NAME.reel of every sample into a folder.
void write_sample_reels(const std::string& folder);

}  // namespace heapreel::tests
