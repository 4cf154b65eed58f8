// How a loop is made of a watch and a way of touching; for loops.cc and the loop_*.cc, which compile apart.
#pragma once

#include "replayer/engine/loops.h"
#include "replayer/engine/perform.h"

namespace heapreel::engine {

Loop loop_unwatched(measure::Touch touch);
Loop loop_timed(measure::Touch touch);
Loop loop_verified(measure::Touch touch);

template <class Watch, measure::Touch kTouch>
[[gnu::hot]] void perform_ops(Thread& thread, const plan::Op* op, const plan::Op* end) {
  Performer<Watch, kTouch>(thread).perform(op, end);
}

template <class Watch>
Loop loop_with(measure::Touch touch) {
  switch (touch) {
    case measure::Touch::kRecorded:
      return perform_ops<Watch, measure::Touch::kRecorded>;
    case measure::Touch::kFull:
      return perform_ops<Watch, measure::Touch::kFull>;
    case measure::Touch::kPage:
      return perform_ops<Watch, measure::Touch::kPage>;
    case measure::Touch::kFirst:
      return perform_ops<Watch, measure::Touch::kFirst>;
    case measure::Touch::kNone:
      return perform_ops<Watch, measure::Touch::kNone>;
  }
  return nullptr;
}

}  // namespace heapreel::engine
