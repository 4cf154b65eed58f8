// What one batch of events amounts to, as far as the batch itself can tell: the part of a summary that workers can do.
//
// Objects born and dead within the batch are settled here. What is left for the one who knows all live objects: the
// survivors, and the deaths of objects born before the batch. Between such deaths the live bytes move by known steps,
// so a stretch of events shrinks to its net change and its greatest rise, and the peak stays exact.
#pragma once

#include <array>
#include <vector>

#include "trace_format/resolve/event_stream.h"

namespace heapreel::reel {

// Counts that need no order.
struct EventCounts {
  uint64_t events = 0;
  std::array<uint64_t, kOpLimit> by_op{};
  uint64_t births = 0;
  uint64_t births_bytes = 0;
  std::array<uint64_t, 65> births_by_size_log2{};  // [0]: size 0; [k]: sizes of k bits
  uint64_t failed = 0;
  uint64_t reallocs_moved = 0;
  uint64_t cross_thread_frees = 0;
  uint64_t unknown_frees = 0;
  uint64_t double_frees = 0;
  uint64_t implied_frees = 0;
  uint64_t lost_in_gaps = 0;
  uint32_t stack_max = 0;  // the highest number of a call stack

  void add(const EventCounts& other);
};

struct Survivor {
  uint64_t object;
  uint64_t size;
  uint32_t thread;
};

// The death of an object born before the batch.
struct OldDeath {
  uint64_t object;
  uint32_t position;  // in the batch
  uint32_t thread;    // of the one who ended it
  bool by_free;       // and not by a realloc
};

// A stretch of events; all but the last of a batch may end with an old death.
struct LevelStep {
  int64_t bytes_net = 0;
  int64_t bytes_rise = 0;  // the greatest level after a birth, above the level at its start
  int64_t objects_net = 0;
  int64_t objects_rise = 0;
  uint64_t rise_time = 0;  // when bytes_rise was reached
  bool has_birth = false;
  bool ends_with_old_death = false;
};

// How an event contradicts the ones before it.
enum class Contradicts : uint8_t {
  kUnknown,  // it ends an object born outside the reel
  kTwice,    // it ends an object that is dead already
  kOverlap,  // it is a free that nobody recorded: its address was handed out again
};

struct Conflict {
  uint32_t position;  // in the batch
  Contradicts how;
  uint64_t object;  // the one concerned, if known
};

struct Digest {
  EventCounts counts;
  uint64_t first_object = 1;
  uint64_t next_object = 1;
  uint64_t first_time = 0;
  uint64_t last_time = 0;
  std::vector<uint32_t> threads;  // each once
  std::vector<Survivor> survivors;
  std::vector<OldDeath> old_deaths;
  std::vector<LevelStep> steps;
  std::vector<Conflict> conflicts;  // by position; those the batch itself can tell
};

// Makes digests; keeps its buffers. One per thread.
class Digester {
 public:
  void digest(const EventBatch& batch, Digest& into);

 private:
  struct Birth {
    uint64_t size;
    uint32_t thread;
    bool alive;
  };

  void add(const Event& event, uint32_t position);
  void add_special(const Event& event, uint32_t position);
  void add_unknown(uint32_t position);
  void bury(const Event& event, uint64_t object, uint32_t position);
  void see(uint32_t thread);
  void end_step(bool with_old_death);

  Digest* into_ = nullptr;
  std::vector<Birth> births_;
  std::span<const SecondFree> second_frees_;  // those not met yet
  std::vector<uint32_t> seen_;                // by thread serial: the number of the batch it was last seen in
  uint32_t batch_number_ = 0;
  uint32_t step_events_ = 0;
  LevelStep step_;
};

}  // namespace heapreel::reel
