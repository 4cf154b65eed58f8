// The events of a reel in replay order with objects by number, whatever form the reel has: the one interface that
// summary, pack, check, export and the planner read from.
//
// Replay order is a total order in which every object is born before it is used and dies once; each thread's events
// keep their program order. Times never decrease.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "trace_format/base/result.h"
#include "trace_format/base/worker_pool.h"
#include "trace_format/event/event.h"
#include "trace_format/store/reel_file.h"

namespace heapreel::reel {

// An unknown free whose address belonged to `object` until lately: most likely a double free.
struct SecondFree {
  uint32_t position = 0;  // in the batch
  uint64_t object = kNoObject;
};

// A stretch of events, valid until the next call of next().
struct EventBatch {
  std::span<const Event> events;
  uint64_t first_event = 0;                    // the position of the first one in replay order
  uint64_t first_object = 1;                   // the number of the first birth in this batch
  std::span<const uint64_t> addresses{};       // of each event's birth; empty unless asked for and known
  std::span<const SecondFree> second_frees{};  // by position; only a capture's resolver knows them
  std::shared_ptr<void> work{};                // what StreamOptions::work made of it, if it was done ahead
};

// Something to be done with each block where it is decoded, on a worker: any state must be its own or guarded.
class BlockWork {
 public:
  virtual ~BlockWork() = default;
  virtual std::shared_ptr<void> work(const EventBatch& batch) = 0;
};

// What a stream had to repair or leave out.
struct StreamNotes {
  uint64_t inversions_repaired = 0;  // events whose stamps contradicted the order that their blocks prove
  std::vector<Damage> damage;        // blocks that could not be read; events_lost of each is known from its header
  uint64_t events_lost = 0;          // in those blocks
};

class EventStream {
 public:
  virtual ~EventStream() = default;
  // False at the end. Only a failure of the file itself is an Error; damage is noted and passed over.
  virtual base::Result<bool> next(EventBatch& batch) = 0;
  const StreamNotes& notes() const { return notes_; }

 protected:
  void note_damage(const BlockEntry& entry, const base::Error& error);

  StreamNotes notes_;
};

struct StreamOptions {
  bool addresses = false;     // hand out addresses where the reel has them
  uint64_t from_time = 0;     // packed form: begin with the first block that reaches this time
  BlockWork* work = nullptr;  // packed form: done with every block, ahead of next()
};

// A stream over a reel of either form. The file and the pool must outlive it.
base::Result<std::unique_ptr<EventStream>> open_events(const ReelFile& file, base::WorkerPool& pool,
                                                       const StreamOptions& options = {});

}  // namespace heapreel::reel
