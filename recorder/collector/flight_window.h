// The window of a flight recorder: the last blocks of a process's reel, in memory, and what lived when they begin.
//
//   events that left  ->  live set at begin()   |   lanes of blocks: all events after begin()
//
// The window is cut at one time for all threads. A block astride of the cut stays until its last event has left.
// Bounded: by the bytes of encoded blocks, and by the live set. Nothing of it is in a file until write().
#pragma once

#include <map>

#include "recorder/collector/live_merge.h"
#include "trace_format/store/block_reader.h"
#include "trace_format/store/block_sink.h"
#include "trace_format/store/capture_writer.h"

namespace heapreel::collector {

struct FlightLimits {
  uint64_t bytes_max = 0;   // of encoded blocks; 0: no flight recorder
  uint64_t ticks_kept = 0;  // 0: as much as the bytes allow
};

class FlightWindow final : public reel::BlockSink {
 public:
  FlightWindow(const FlightLimits& limits, uint64_t ticks_per_second) : limits_(limits), merge_(ticks_per_second) {}

  base::Status append(reel::BlockHeader header, base::Bytes body) override;

  // Whether events should leave, now that everything up to a time has been appended.
  bool is_over(uint64_t time) const;
  // Lets them leave: at least an eighth of what is kept, but nothing after `time`.
  base::Status trim(uint64_t time);

  // Where the window begins; 0 while nothing has left.
  uint64_t begin() const { return merge_.time(); }
  uint64_t events_before() const { return events_left_; }
  uint64_t lost_before() const { return merge_.lost(); }
  uint64_t bytes() const { return bytes_; }

  // What lived at a time within the window.
  base::Result<LiveSet> live_at(uint64_t time) const;
  // Writes the window, as it is: first, as inherited, what lived at its begin. It goes on unchanged.
  base::Status write(reel::ReelWriter& to, const reel::CaptureOptions& options,
                     std::shared_ptr<reel::CaptureCoders> coders) const;

 private:
  struct Kept {
    reel::BlockHeader header{};
    base::Buffer body{};
  };

  uint64_t time_to_cut(uint64_t time) const;
  base::Status read(const reel::BlockEntry& entry, reel::EventBlock& into) const;
  base::Status write_rest(const LiveMerge::Lane& lane, reel::CaptureWriter& capture) const;
  void drop_what_left();

  FlightLimits limits_;
  LiveMerge merge_;
  std::map<uint64_t, Kept> blocks_;  // by number, in the order they came
  mutable reel::BlockDecoder decoder_;
  uint64_t next_number_ = 0;
  uint64_t bytes_ = 0;
  uint64_t events_ = 0;  // that were appended
  uint64_t events_left_ = 0;
};

}  // namespace heapreel::collector
