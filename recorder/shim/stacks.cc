// Stacks and durations of single calls.
#include "recorder/shim/stacks.h"

namespace heapreel::shim {

void prepare_stacks(const ring::PoolOptions&) {}
uint32_t stack_of_call(ThreadSlot&, uint64_t) { return 0; }

bool is_timed(ThreadSlot& thread) {
  const uint32_t every = g_shim.header->options.time_calls_every;
  if (every == 0) return false;
  return every == 1 || thread.state->countdown++ % every == 0;
}

void forget_stacks(ThreadSlot&) {}

}  // namespace heapreel::shim
