// A stream over events at hand, in batches of any size.
#pragma once

#include <algorithm>

#include "trace_format/resolve/event_stream.h"

namespace heapreel::tests {

class VectorStream final : public reel::EventStream {
 public:
  VectorStream(std::vector<reel::Event> events, size_t batch_events)
      : events_(std::move(events)), batch_events_(batch_events) {}

  base::Result<bool> next(reel::EventBatch& batch) override {
    const size_t count = std::min(batch_events_, events_.size() - at_);
    const std::span<const reel::Event> piece(events_.data() + at_, count);
    batch = {.events = piece, .first_event = at_, .first_object = next_object_, .addresses = {}};
    for (const reel::Event& event : piece) next_object_ += reel::births(event.op, event.flags) ? 1 : 0;
    at_ += count;
    return count > 0;
  }

 private:
  std::vector<reel::Event> events_;
  size_t batch_events_;
  size_t at_ = 0;
  uint64_t next_object_ = 1;
};

}  // namespace heapreel::tests
