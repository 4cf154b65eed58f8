// Would the replay have predicted what is known already? The recorded allocator's replay with the program's own memory
// added, held against the program: its reference runs if there are any, else the recorded run.
//
// Peak and mean within 2 % are green, within 5 % yellow; beyond, there is no prediction. What lies between the
// reference runs themselves is yellow, too: on a busy machine they differ by more. A difference of less than 128 KiB is
// none: start-up and harness are no better known. Needs nothing but the recorded allocator's memory runs, so `replay`
// asks it, too.
#pragma once

#include "replayer/predict/memory_figures.h"
#include "replayer/predict/prediction.h"

namespace heapreel::predict {

inline constexpr double kSlackBytes = 128 << 10;

// `refusals` are reasons from elsewhere (feedback.h): any makes the level kRefused, beside the figures.
SelfCheck self_check(const Scene& scene, std::span<const MemoryRun> recorded, std::vector<std::string> refusals = {});

}  // namespace heapreel::predict
