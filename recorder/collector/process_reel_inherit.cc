// The front of a forked child's reel: what it inherited.
#include <algorithm>
#include <fmt/format.h>

#include "recorder/collector/process_reel.h"

namespace heapreel::collector {

using reel::Event;

// At time 0, on the first thread: of all threads of the parent, a child of fork has the one that forked.
void ProcessReel::inherit(const LiveSet& blocks) {
  std::vector<Event> events;
  events.reserve(blocks.blocks());
  blocks.for_each([&](uint64_t address, const LiveBlock& block) {
    Event event;
    event.op = reel::Op::kInherited;
    event.object = address;
    event.size = block.size;
    event.align_log2 = block.align_log2;
    events.push_back(event);
  });
  std::ranges::sort(events, {}, &Event::object);
  for (const Event& event : events) capture_.add(event);
  events_ += events.size();
  release_held();
}

void ProcessReel::inherit_nothing(const base::Error& why) {
  reel::proto::Loss& loss = *metadata_.add_losses();
  loss.set_reason(fmt::format("what was inherited from the parent is not known: {}: {}", why.what, why.why));
  release_held();
}

void ProcessReel::release_held() {
  holds_ = false;
  bool written = true;
  for (const Event& event : held_) written &= capture_.add(event);
  held_ = {};
  if (!written) status_ = capture_.flush();
}

}  // namespace heapreel::collector
