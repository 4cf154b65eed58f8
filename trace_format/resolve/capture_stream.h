// The stream over a capture reel: the resolver. It merges the threads' blocks by time and turns addresses into objects.
//
// The rule it rests on: allocations are stamped after they return and frees before they begin (a realloc both ways), so
// on one address births and deaths alternate. Stamps of different cores can contradict that by fractions of a
// microsecond: a thread whose next event cannot be true yet (a free of an address that is not live, a birth at one that
// is) waits until another thread's event makes it true, at most kWait of recorded time. What still cannot be true then
// is told as it is: an unknown free (perhaps a second one), or a birth over a live block, whose free was lost and is
// implied.
//
// Memory: the live set, and the decoded blocks whose time spans overlap.
#pragma once

#include "trace_format/resolve/address_map.h"
#include "trace_format/resolve/event_stream.h"
#include "trace_format/store/parallel_decoder.h"

namespace heapreel::reel {

class CaptureStream final : public EventStream {
 public:
  CaptureStream(const ReelFile& file, base::WorkerPool& pool, const StreamOptions& options, uint64_t ticks_per_second);

  ~CaptureStream() override {
    for (Lane& lane : lanes_) base::abandon(lane.ahead);
  }

  base::Result<bool> next(EventBatch& batch) override;

 private:
  // One thread's blocks and the place reached in them.
  struct Lane {
    uint32_t thread = 0;
    std::vector<const BlockEntry*> entries;
    size_t next_entry = 0;
    ParallelDecoder::Future ahead;
    ParallelDecoder::BlockPtr block;
    size_t at = 0;              // the next event in `block`
    bool old_released = false;  // the next event is a realloc whose old block is gone already
    uint64_t old_object = 0;    // that block's number
    uint64_t awaited = 0;       // the address this lane waits for; 0 when it does not wait
    uint64_t waits_until = 0;
  };
  // When a lane's next step is due.
  struct Due {
    uint64_t time;
    uint32_t lane;
    bool operator>(const Due& other) const { return time != other.time ? time > other.time : lane > other.lane; }
  };

  static constexpr size_t kBatchEvents = 1U << 12;

  base::Status run(uint32_t lane, Due until);
  void run_plain(Lane& lane, uint64_t until, bool at_until);
  bool step(Lane& lane, bool forced);
  bool step_allocation(Lane& lane, const Event& event, bool forced);
  bool release_old(Lane& lane, const Event& event, bool forced);
  bool step_free(Lane& lane, const Event& event, bool forced);
  void step_other(const Event& event);
  bool await(Lane& lane, uint64_t address, uint64_t time);
  void wake(uint64_t address);
  uint64_t gives_up_at() const;
  base::Status force_earliest();
  base::Result<bool> load(Lane& lane);
  void schedule(uint32_t lane);
  void emit(const Event& event, uint64_t address);
  uint64_t due_time(const Lane& lane) const;

  ParallelDecoder decoder_;
  StreamOptions options_;
  uint64_t wait_ticks_;
  std::vector<Lane> lanes_;
  std::vector<Due> due_;  // a heap, earliest first
  std::vector<uint32_t> waiting_;
  AddressMap live_;
  std::vector<Event> out_;
  std::vector<uint64_t> out_addresses_;
  std::vector<SecondFree> second_frees_;
  uint64_t next_event_ = 0;
  uint64_t next_object_ = 1;
  uint64_t last_time_ = 0;
};

}  // namespace heapreel::reel
