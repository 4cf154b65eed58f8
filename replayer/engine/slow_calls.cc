// The function of slow_calls.h.
#include "replayer/engine/slow_calls.h"

#include <algorithm>

namespace heapreel::engine {

void note_slow_call(Thread& thread, measure::CallGroup group, const plan::Op& op, uint64_t took_ticks) {
  measure::SlowCalls& list = *thread.slow_calls;
  const auto faster = [](const measure::SlowCall& a, const measure::SlowCall& b) { return a.ticks < b.ticks; };
  const bool has_room = list.calls < measure::kSlowCalls;
  measure::SlowCall& place =
      has_room ? list.call[list.calls++] : *std::min_element(list.call, list.call + measure::kSlowCalls, faster);
  place = {.ticks = took_ticks,
           .time_ns = thread.stretch->time_ns,
           .size = op.size,
           .thread = thread.index,
           .group = group,
           .reserved = {}};
  if (list.calls == measure::kSlowCalls)
    list.floor_ticks = std::min_element(list.call, list.call + measure::kSlowCalls, faster)->ticks;
}

}  // namespace heapreel::engine
