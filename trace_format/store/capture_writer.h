// Writes events of many threads as capture blocks: one thread a block, with addresses, in the order they come.
//
// Memory is bounded: a thread's events leave when they fill a block or span a second, and the fullest thread's leave
// when all together hold kBufferedEventsMax.
#pragma once

#include <map>

#include "trace_format/store/reel_writer.h"

namespace heapreel::reel {

struct CaptureOptions {
  int level = 1;
  uint32_t block_events = 1U << 16;
  uint64_t time_quantum = 1;  // ticks, a power of two
  uint64_t ticks_per_second = 1'000'000'000;
  Durations durations = Durations::kReallocs;
};

class CaptureWriter {
 public:
  static constexpr uint64_t kBufferedEventsMax = 4U << 20;

  CaptureWriter(ReelWriter& writer, const CaptureOptions& options);

  // Adds the next event of its thread; `object` and `old_object` are addresses.
  base::Status add(const Event& event);
  // Writes what is still buffered. The writer goes on to its metadata and its end.
  base::Status flush();

 private:
  struct Pending {
    std::vector<Event> events;
  };

  base::Status write(Pending& pending);
  base::Status make_room();

  ReelWriter* writer_;
  CaptureOptions options_;
  EventEncoder encoder_;
  BodyPacker packer_;
  std::map<uint32_t, Pending> threads_;
  Pending* last_ = nullptr;
  uint32_t last_thread_ = 0;
  uint64_t buffered_ = 0;
};

}  // namespace heapreel::reel
