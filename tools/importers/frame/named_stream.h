// The stream over another tool's trace: turns its names into objects, its thread numbers into serials, and what cannot
// be true into what a reel can say.
//
// The trace is one total order already (trace_reader.h), so there is nothing to merge or to wait for. An allocation at
// a name that is still live means that its free was not seen: one is implied. A free or a realloc of a name that is not
// live is of an unknown block. A time before the last one is raised to it. All of that is counted. Memory: the live set
// and the threads.
#pragma once

#include "tools/importers/frame/trace_reader.h"
#include "trace_format/base/flat_map.h"
#include "trace_format/resolve/event_stream.h"

namespace heapreel::importers {

struct Repairs {
  uint64_t implied_frees = 0;
  uint64_t unknown_frees = 0;
  uint64_t unknown_reallocs = 0;
  uint64_t unknown_reads = 0;  // of a block's usable size
  uint64_t times_raised = 0;
};

// A thread of the source, from its first event to its last. A number that comes back after its thread has ended is
// another thread.
struct SourceThread {
  uint32_t number = 0;
  uint32_t serial = 0;
  uint64_t first_time = 0;
  uint64_t last_time = 0;
};

// Flags that follow from the names: what failed, moved, had no old block.
void complete_flags(reel::Event& event);

class NamedStream final : public reel::EventStream {
 public:
  // `reader` must outlive it.
  explicit NamedStream(TraceReader& reader) : reader_(&reader), facts_(reader.facts()) {}

  base::Result<bool> next(reel::EventBatch& batch) override;

  const Repairs& repairs() const { return repairs_; }
  const std::vector<SourceThread>& threads() const { return threads_; }
  uint64_t events() const { return events_ + out_.size(); }
  uint64_t objects() const { return next_object_ - 1; }
  uint64_t objects_live() const { return live_.size(); }
  uint64_t objects_live_peak() const { return live_peak_; }
  uint64_t origin_ns() const { return origin_; }

 private:
  base::Status add(reel::Event event);
  void allocate(reel::Event& event);
  void release(reel::Event& event);
  void refer(reel::Event& event);
  void set_time(reel::Event& event);
  base::Result<size_t> thread_of(uint32_t number);

  TraceReader* reader_;
  SourceFacts facts_;
  base::FlatMap<uint64_t> live_;          // name -> object
  base::FlatMap<uint64_t, 6> by_number_;  // thread number + 1 -> position in threads_
  std::vector<SourceThread> threads_;
  std::vector<reel::Event> in_;
  std::vector<reel::Event> out_;
  Repairs repairs_;
  uint64_t events_ = 0;  // handed out before `out_`
  uint64_t next_object_ = 1;
  uint64_t live_peak_ = 0;
  uint64_t origin_ = 0;
  uint64_t last_time_ = 0;
  bool has_origin_ = false;
};

}  // namespace heapreel::importers
