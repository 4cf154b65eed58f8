// Results of a replay for people: tables of at most 80 columns.
#pragma once

#include <string>

#include "replayer/lab/results.h"

namespace heapreel::commands {

std::string replay_text(const lab::Results& results);

}  // namespace heapreel::commands
