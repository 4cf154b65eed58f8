#include "tools/importers/tracers/call_joiner.h"

#include <fmt/format.h>

namespace heapreel::importers {

CallJoiner::Thread& CallJoiner::state_of(uint32_t thread) {
  const uint64_t key = uint64_t{thread} + 1;
  if (Thread* known = threads_.find(key); known != nullptr) return *known;
  threads_.add(key, {});
  return *threads_.find(key);
}

// What is under way and cannot have called `op` has returned unseen.
void CallJoiner::drop_lost(Thread& thread, reel::Op op) {
  if (thread.depth == 0) return;
  while (thread.depth > 0 && call_rank(thread.open[thread.depth - 1]) <= call_rank(op)) --thread.depth;
  if (++thread.inner > kInnerMax) thread.depth = 0;
  if (thread.depth == 0) ++counts_.unreturned;
}

// Nothing tells when a release has returned, as uprobes are seldom placed there. So one within another is known by the
// block: free of what operator delete has just been given.
bool CallJoiner::begin_release(Thread& thread, const reel::Event& call) {
  const bool nested = thread.depth > 0 || (thread.released_block == call.object && call.object != 0 &&
                                           call_rank(thread.released_by) > call_rank(call.op));
  thread.released_block = call.object;
  thread.released_by = call.op;
  if (nested) ++counts_.nested;
  return !nested;
}

bool CallJoiner::begin(const reel::Event& call) {
  Thread& thread = state_of(call.thread);
  drop_lost(thread, call.op);
  if (reel::traits(call.op).frees) return begin_release(thread, call);
  thread.released_block = 0;
  if (thread.depth == 0) {
    thread.outer = call;
    thread.inner = 0;
  } else {
    ++counts_.nested;
  }
  thread.open[thread.depth++] = call.op;
  return false;
}

bool CallJoiner::end(uint32_t number, reel::Op op, uint64_t time, uint64_t result, reel::Event& call) {
  if (reel::traits(op).frees) return false;
  Thread& thread = state_of(number);
  uint32_t at = thread.depth;
  while (at > 0 && thread.open[at - 1] != op) --at;
  if (at == 0) {
    ++counts_.unbegun;
    return false;
  }
  thread.depth = at - 1;
  if (thread.depth > 0) return false;
  call = thread.outer;
  call.object = result;
  const uint64_t duration = time > call.time ? time - call.time : 0;
  call.duration = static_cast<uint32_t>(duration < ~uint32_t{0} ? duration : ~uint32_t{0});
  call.time = time;
  return true;
}

JoinCounts CallJoiner::counts() const {
  JoinCounts counts = counts_;
  threads_.for_each([&counts](uint64_t, const Thread& thread) { counts.unreturned += thread.depth > 0 ? 1 : 0; });
  return counts;
}

std::vector<std::string> CallJoiner::remarks() const {
  const JoinCounts found = counts();
  std::vector<std::string> remarks;
  auto add = [&remarks](uint64_t count, std::string_view what) {
    if (count > 0) remarks.push_back(fmt::format("{} {}", count, what));
  };
  add(found.nested, "calls made within another such call were left out: the outer one is what the program asked for");
  add(found.unreturned, "calls whose return is not in the trace were left out");
  add(found.unbegun, "returns of calls whose beginning is not in the trace were left out");
  return remarks;
}

}  // namespace heapreel::importers
