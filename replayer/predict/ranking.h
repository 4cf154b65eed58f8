// The order of allocators by one estimate, least first, and how sure it is: only intervals that do not meet are a
// difference.
#pragma once

#include <span>

#include "replayer/predict/prediction.h"

namespace heapreel::predict {

Ranking rank(std::span<const Estimate> estimates);

}  // namespace heapreel::predict
