// The writer of capture_writer.h.
#include "trace_format/store/capture_writer.h"

#include <algorithm>
#include <bit>

#include "trace_format/codec/time_curve.h"

namespace heapreel::reel {

CaptureWriter::CaptureWriter(ReelWriter& writer, const CaptureOptions& options)
    : writer_(&writer),
      options_(options),
      quantum_shift_(static_cast<unsigned>(std::countr_zero(options.time_quantum))),
      encoder_({.naming = Naming::kAddress,
                .time_codec = TimeCodec::kDelta,
                .durations = options.durations,
                .time_quantum = options.time_quantum}),
      plain_encoder_({.durations = options.durations, .time_quantum = options.time_quantum}),
      packer_(options.level) {}

void CaptureWriter::select(uint32_t thread) {
  last_ = &threads_[thread];
  last_thread_ = thread;
  last_->events.reserve(options_.block_events);
}

void CaptureWriter::write_fullest() {
  const auto fullest = std::max_element(threads_.begin(), threads_.end(), [](const auto& a, const auto& b) {
    return a.second.events.size() < b.second.events.size();
  });
  write(fullest->second);
}

base::Status CaptureWriter::flush() {
  for (auto& [thread, pending] : threads_)
    if (!pending.events.empty()) write(pending);
  return status_;
}

void CaptureWriter::write(Pending& pending) {
  if (status_) status_ = append(pending.events);
  buffered_ -= pending.events.size();
  pending.events.clear();
}

base::Status CaptureWriter::append(std::span<const Event> events) {
  if (options_.plain) return append_plain(events);
  encoder_.set_time_codec(steps_suit(events, quantum_shift_) ? TimeCodec::kSteps : TimeCodec::kDelta);
  encoder_.encode(events);
  if (!encoder_.exact()) return append_plain(events);
  const BlockHeader header = pack_events(encoder_, events, packer_);
  return writer_->append(header, packer_.finish());
}

base::Status CaptureWriter::append_plain(std::span<const Event> events) {
  plain_encoder_.encode(events);
  const BlockHeader header = pack_events(plain_encoder_, events, plain_packer_);
  return writer_->append(header, plain_packer_.finish());
}

}  // namespace heapreel::reel
