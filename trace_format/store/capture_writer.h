// Writes events of many threads as capture blocks: one thread a block, with addresses, in the order they come.
//
// Memory is bounded: a thread's events leave when they fill a block or span a second, and the fullest thread's leave
// when all together hold buffered_events_max. Plain blocks are smaller: there is nothing to compress, and what stays in
// the processor's own cache until it is encoded costs half. Writers that take turns on one thread can share their
// encoders, which are larger than anything else here. Where few events of a block have a stamp of their own, it stores
// the changes. A block whose addresses lie farther apart than a capture block can tell is written as a plain one.
#pragma once

#include <map>
#include <memory>

#include "trace_format/store/reel_writer.h"

namespace heapreel::reel {

struct CaptureOptions {
  int level = 1;
  uint32_t block_events = 1U << 16;
  uint64_t time_quantum = 1;  // ticks, a power of two
  uint64_t ticks_per_second = 1'000'000'000;
  Durations durations = Durations::kReallocs;
  bool stacks = true;  // false: no event has one, and nobody needs to look for any
  bool plain = false;  // quickly, in some five times the bytes (plain_columns.h)
  uint64_t buffered_events_max = 4U << 20;
};

// What turns events into a block's body; keeps its buffers, so it is worth keeping.
struct CaptureCoders {
  explicit CaptureCoders(const CaptureOptions& options);

  EventEncoder encoder;
  PlainEncoder plain_encoder;
  BodyPacker packer;
  BodyPacker plain_packer{kUncompressed};
};

class CaptureWriter {
 public:
  CaptureWriter(BlockSink& writer, const CaptureOptions& options);
  // `coders` were made for the same options, and are used by one writer at a time.
  CaptureWriter(BlockSink& writer, const CaptureOptions& options, std::shared_ptr<CaptureCoders> coders);

  // Adds the next event of its thread; `object` and `old_object` are addresses. False once writing has failed: flush()
  // says why. (A Status for every event would cost more than the event.)
  bool add(const Event& event) {
    if (last_ == nullptr || event.thread != last_thread_) [[unlikely]]
      select(event.thread);
    std::vector<Event>& events = last_->events;
    if (events.size() >= block_events_ || (!events.empty() && event.time > last_->write_after)) [[unlikely]]
      write(*last_);
    if (events.empty()) last_->write_after = event.time + options_.ticks_per_second;
    events.push_back(event);
    if (++buffered_ >= options_.buffered_events_max) [[unlikely]]
      write_fullest();
    return status_.has_value();
  }
  // The same for events of one thread.
  bool add(std::span<const Event> run);
  // Writes what is buffered of one thread, and keeps nothing of it.
  void close(uint32_t thread);
  // Whether blocks are plain that are written from now on.
  void set_plain(bool plain);
  // Writes what is still buffered. The writer goes on to its metadata and its end.
  base::Status flush();

 private:
  struct Pending {
    std::vector<Event> events;
    uint64_t write_after = 0;  // the block must not reach further
  };

  void select(uint32_t thread);
  void write(Pending& pending);
  base::Status append(std::span<const Event> events);
  base::Status append_plain(std::span<const Event> events);
  void write_fullest();

  BlockSink* writer_;
  CaptureOptions options_;
  unsigned quantum_shift_;
  std::shared_ptr<CaptureCoders> coders_;
  std::map<uint32_t, Pending> threads_;
  Pending* last_ = nullptr;
  uint32_t last_thread_ = 0;
  uint64_t block_events_;
  uint64_t buffered_ = 0;
  base::Status status_;
};

}  // namespace heapreel::reel
