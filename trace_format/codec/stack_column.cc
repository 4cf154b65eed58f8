// The twins of stack_column.h.
#include "trace_format/codec/stack_column.h"

#include <algorithm>
#include <vector>

namespace heapreel::reel {
namespace {

constexpr uint64_t kNoStack = 0;
constexpr uint64_t kJoins = 1;
constexpr uint64_t kFirstPlace = 2;

bool carries_stack(const Event& event) { return traits(event.op).allocates; }

// Quickly, for the many recordings without stacks: a pass over all events without a branch.
bool may_carry_stacks(std::span<const Event> events) {
  uint32_t any = 0;
  for (const Event& event : events) any |= event.stack;
  return any != 0;
}

}  // namespace

void StackEncoder::encode(std::span<const Event> events, ValueSink& sink) {
  if (!may_carry_stacks(events)) return;
  const bool any = std::any_of(events.begin(), events.end(),
                               [](const Event& event) { return event.stack != 0 && carries_stack(event); });
  if (!any) return;
  places_ = {};
  last_joined_ = 0;
  for (const Event& event : events)
    if (carries_stack(event)) put(event.stack, sink);
}

void StackEncoder::put(uint32_t stack, ValueSink& sink) {
  if (stack == 0) return sink.put(kNoStack);
  if (const uint32_t* place = places_.find(stack); place != nullptr) return sink.put(kFirstPlace + *place);
  places_.add(stack, static_cast<uint32_t>(places_.size()));
  sink.put(kJoins);
  sink.put_signed(int64_t{stack} - int64_t{last_joined_});
  last_joined_ = stack;
}

bool decode_stacks(ValueSource source, std::span<Event> events) {
  if (source.at_end()) return source.consumed();
  std::vector<uint32_t> list;
  uint64_t last_joined = 0;
  for (Event& event : events) {
    if (!carries_stack(event)) continue;
    const uint64_t number = source.take();
    if (number == kNoStack) continue;
    if (number == kJoins) {
      last_joined += static_cast<uint64_t>(source.take_signed());
      if (last_joined == 0 || last_joined > ~uint32_t{0}) return false;
      list.push_back(static_cast<uint32_t>(last_joined));
      event.stack = list.back();
    } else {
      if (number - kFirstPlace >= list.size()) return false;
      event.stack = list[number - kFirstPlace];
    }
  }
  return source.consumed();
}

}  // namespace heapreel::reel
