// Writes a plan: ops come in replay order, and go to their threads' stretches. Twin: plan_file.h.
//
// A thread's stretches gather in its buffer, which is appended to the file as an extent when it is full: 4 KiB at
// first, twice as much each time up to 1 MiB, so that 10,000 short threads stay cheap. All buffers together hold some
// 32 MiB. The tables and at last the header follow in finish(): a file without a header is no plan. Nothing is synced
// to disk: a plan can be made again.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "replayer/plan/plan_format.h"
#include "trace_format/base/file.h"

namespace heapreel::plan {

class PlanWriter {
 public:
  // `file` must outlive the writer; `name` is for messages.
  PlanWriter(const base::Fd& file, std::string name, bool strict);

  // The next thread; `seq` and `time_ns` are those of its spawn.
  void add_thread(uint32_t serial, uint32_t creator, uint64_t seq, uint64_t time_ns);
  // It will hardly have further ops: its buffer is given back. It may have some all the same.
  void end_thread(uint32_t thread);

  // Appends the next op in replay order; `delta_bytes` is by how much it changes the live bytes.
  void add(uint32_t thread, const Op& op, uint64_t time_ns, int64_t delta_bytes) {
    if (thread != last_thread_ && strict_) [[unlikely]]
      switch_to(thread);
    Lane& lane = lanes_[thread];
    if (lane.next == lane.limit || seq_ >= lane.seq_limit || time_ns >= lane.time_limit) [[unlikely]]
      begin_stretch(lane, thread, time_ns);
    *lane.next++ = op;
    lane.net_bytes += delta_bytes;
    if (lane.net_bytes > lane.rise_bytes) lane.rise_bytes = lane.net_bytes;
    lane.last_time_ns = time_ns;
    ++seq_;
  }
  // The next op, of this thread, begins a stretch of its own, before which a checkpoint is taken.
  void take_checkpoint(uint32_t thread, uint64_t time_ns, uint64_t live_bytes);

  uint64_t next_seq() const { return seq_; }
  // The first failure to write, if there was one.
  const base::Status& status() const { return status_; }

  // Ends all stretches, writes what is left, the tables, and `header` with all that the writer knows of it.
  base::Status finish(PlanHeader header);

 private:
  struct Lane {
    Op* next = nullptr;  // in the open stretch; equal to `limit` when there is none
    Op* limit = nullptr;
    uint64_t seq_limit = 0;
    uint64_t time_limit = 0;
    int64_t net_bytes = 0;
    int64_t rise_bytes = 0;
    Stretch* head = nullptr;  // of the open stretch
    uint64_t last_time_ns = 0;
    std::unique_ptr<Op[]> buffer{};
    size_t used = 0;  // in ops, as `capacity`: a head takes the place of three
    size_t capacity = 0;
    size_t next_bytes = 4096;
    uint32_t checkpoint = 0;  // of the next stretch
    bool ended = false;
    ThreadPlan plan{};
    std::vector<Extent> extents{};
  };

  void switch_to(uint32_t thread);
  void begin_stretch(Lane& lane, uint32_t thread, uint64_t time_ns);
  void end_stretch(Lane& lane, uint32_t next_thread);
  void make_room(Lane& lane);
  void give_back(Lane& lane);
  void flush(Lane& lane);
  void write(const void* bytes, size_t count);
  base::Buffer tables(PlanHeader& header);

  const base::Fd* file_;
  std::string name_;
  bool strict_;
  base::Status status_{};
  std::vector<Lane> lanes_;
  std::vector<Checkpoint> checkpoints_;
  uint64_t seq_ = 0;
  uint64_t stretches_ = 0;
  uint64_t file_bytes_ = 0;
  uint32_t last_thread_ = 0;
};

}  // namespace heapreel::plan
