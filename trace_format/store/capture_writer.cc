// The writer of capture_writer.h.
#include "trace_format/store/capture_writer.h"

#include <algorithm>

namespace heapreel::reel {

CaptureWriter::CaptureWriter(ReelWriter& writer, const CaptureOptions& options)
    : writer_(&writer),
      options_(options),
      encoder_({.naming = Naming::kAddress,
                .time_codec = TimeCodec::kDelta,
                .durations = options.durations,
                .time_quantum = options.time_quantum}),
      packer_(options.level) {}

base::Status CaptureWriter::add(const Event& event) {
  if (last_ == nullptr || event.thread != last_thread_) {
    last_ = &threads_[event.thread];
    last_thread_ = event.thread;
    last_->events.reserve(options_.block_events);
  }
  Pending& pending = *last_;
  const bool spans_a_second =
      !pending.events.empty() && event.time > pending.events.front().time + options_.ticks_per_second;
  if (pending.events.size() == options_.block_events || spans_a_second) HEAPREEL_TRY(write(pending));
  pending.events.push_back(event);
  ++buffered_;
  return buffered_ < kBufferedEventsMax ? base::Status{} : make_room();
}

base::Status CaptureWriter::make_room() {
  const auto fullest = std::max_element(threads_.begin(), threads_.end(), [](const auto& a, const auto& b) {
    return a.second.events.size() < b.second.events.size();
  });
  return write(fullest->second);
}

base::Status CaptureWriter::flush() {
  for (auto& [thread, pending] : threads_)
    if (!pending.events.empty()) HEAPREEL_TRY(write(pending));
  return {};
}

base::Status CaptureWriter::write(Pending& pending) {
  encoder_.encode(pending.events);
  const BlockHeader header = pack_events(encoder_, pending.events, packer_);
  auto status = writer_->append(header, packer_.finish());
  buffered_ -= pending.events.size();
  pending.events.clear();
  return status;
}

}  // namespace heapreel::reel
