// What `heapreel tune` shows and writes.
#pragma once

#include <string>

#include "tools/tune/tuned.h"

namespace heapreel::commands {

std::string tune_text(const tune::Tuned& tuned);
// One line of JSON (schema heapreel.tune/1).
std::string tune_json(const tune::Tuned& tuned);

}  // namespace heapreel::commands
