// The writer of capture_writer.h.
#include "trace_format/store/capture_writer.h"

#include <algorithm>
#include <bit>

#include "trace_format/codec/time_curve.h"

namespace heapreel::reel {

namespace {

constexpr uint32_t kPlainBlockEvents = 1U << 13;  // 384 KiB: the processor's second cache
constexpr size_t kBusyThreads = 16;               // with more, a thread's buffer is not kept when it has been written

}  // namespace

CaptureCoders::CaptureCoders(const CaptureOptions& options)
    : encoder({.naming = Naming::kAddress,
               .time_codec = TimeCodec::kDelta,
               .durations = options.durations,
               .stacks = options.stacks,
               .time_quantum = options.time_quantum}),
      plain_encoder({.durations = options.durations, .stacks = options.stacks, .time_quantum = options.time_quantum}),
      packer(options.level) {}

CaptureWriter::CaptureWriter(BlockSink& writer, const CaptureOptions& options)
    : CaptureWriter(writer, options, std::make_shared<CaptureCoders>(options)) {}

CaptureWriter::CaptureWriter(BlockSink& writer, const CaptureOptions& options, std::shared_ptr<CaptureCoders> coders)
    : writer_(&writer),
      options_(options),
      quantum_shift_(static_cast<unsigned>(std::countr_zero(options.time_quantum))),
      coders_(std::move(coders)) {
  set_plain(options.plain);
}

void CaptureWriter::set_plain(bool plain) {
  options_.plain = plain;
  block_events_ = plain ? std::min(options_.block_events, kPlainBlockEvents) : options_.block_events;
}

// A whole run at once if it joins the block that its thread has begun.
bool CaptureWriter::add(std::span<const Event> run) {
  if (run.empty()) return status_.has_value();
  if (last_ == nullptr || run.front().thread != last_thread_) select(run.front().thread);
  std::vector<Event>& events = last_->events;
  const bool joins = !events.empty() && run.back().time <= last_->write_after &&
                     events.size() + run.size() <= block_events_ &&
                     buffered_ + run.size() < options_.buffered_events_max;
  if (!joins) {
    bool written = true;
    for (const Event& event : run) written = add(event);
    return written;
  }
  events.insert(events.end(), run.begin(), run.end());
  buffered_ += run.size();
  return status_.has_value();
}

void CaptureWriter::select(uint32_t thread) {
  last_ = &threads_[thread];
  last_thread_ = thread;
}

void CaptureWriter::close(uint32_t thread) {
  const auto at = threads_.find(thread);
  if (at == threads_.end()) return;
  if (!at->second.events.empty()) write(at->second);
  if (last_ == &at->second) last_ = nullptr;
  threads_.erase(at);
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
  if (threads_.size() > kBusyThreads)
    pending.events = {};
  else
    pending.events.clear();
}

base::Status CaptureWriter::append(std::span<const Event> events) {
  if (options_.plain) return append_plain(events);
  EventEncoder& encoder = coders_->encoder;
  encoder.set_time_codec(steps_suit(events, quantum_shift_) ? TimeCodec::kSteps : TimeCodec::kDelta);
  encoder.encode(events);
  if (!encoder.exact()) return append_plain(events);
  const BlockHeader header = pack_events(encoder, events, coders_->packer);
  return writer_->append(header, coders_->packer.finish());
}

base::Status CaptureWriter::append_plain(std::span<const Event> events) {
  coders_->plain_encoder.encode(events);
  const BlockHeader header = pack_events(coders_->plain_encoder, events, coders_->plain_packer);
  return writer_->append(header, coders_->plain_packer.finish());
}

}  // namespace heapreel::reel
