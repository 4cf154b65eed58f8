// What all threads of a replay share, and what each has for itself.
//
// All of it lies in shared mappings that the runner made before the first op: during a replay the harness allocates
// nothing and touches no private memory but the main thread's stack, so resident anonymous memory is the allocator's.
#pragma once

#include <atomic>
#include <cstdint>
#include <pthread.h>

#include "replayer/engine/calls.h"
#include "replayer/measure/board_format.h"
#include "replayer/plan/plan_format.h"

namespace heapreel::engine {

using Slot = std::atomic<uint64_t>;
static_assert(Slot::is_always_lock_free && sizeof(Slot) == 8);

struct Engine;

// What a thread sleeps for.
enum class Sleep : uint32_t { kNot, kWindow, kSlot, kPlace };

inline constexpr uint64_t kNoWindow = uint64_t{1} << 62;

// A thread of the replay. Its own cache lines: nobody else writes them while it runs.
struct alignas(64) Thread {
  const Calls* calls = nullptr;
  Slot* slots = nullptr;
  measure::ThreadBoard* board = nullptr;
  Engine* engine = nullptr;
  measure::Histogram* histograms = nullptr;  // kHistograms of them, in the latency pass
  measure::SlowCalls* slow_calls = nullptr;  // in the latency pass
  const plan::Op* first_op = nullptr;        // of the stretch it is in
  const plan::Stretch* stretch = nullptr;
  uint64_t lag_ticks = 0;  // of that stretch, where times are kept
  uint64_t log_next = 0;
  uint32_t index = 0;
  uint32_t lane = 0;
  uint32_t stack = 0;
  std::atomic<uint64_t> extent{0};  // the extent it is in, for whoever reads ahead
  pthread_t handle{};

  // While it sleeps: for what, so that it is woken when that has come and not before (waits.cc).
  alignas(64) std::atomic<uint32_t> word{0};
  std::atomic<Sleep> sleeps_for{Sleep::kNot};
  std::atomic<uint64_t> wanted_seq{0};
  std::atomic<uint64_t> wanted_ns{0};
  std::atomic<const Slot*> awaited{nullptr};
  std::atomic<uint16_t> awaited_turn{0};
};

// Readings the runner makes for the engine: system calls with buffers of their own, no allocation.
struct Readings {
  uint64_t (*rss_bytes)() = nullptr;
  uint64_t (*process_cpu_ns)() = nullptr;
};

struct alignas(64) Engine {
  // Set up before the start, then only read.
  measure::Board* board = nullptr;
  measure::ThreadBoard* boards = nullptr;
  measure::CheckpointReading* checkpoints = nullptr;
  uint64_t* log = nullptr;
  const uint64_t* log_first = nullptr;  // by thread
  measure::Histogram* histograms = nullptr;
  measure::SlowCalls* slow_calls = nullptr;
  const plan::PlanHeader* plan = nullptr;
  const uint8_t* plan_bytes = nullptr;
  const plan::ThreadPlan* thread_plans = nullptr;
  const plan::Extent* extents = nullptr;
  Thread* threads = nullptr;
  Slot* slots = nullptr;
  const Calls* calls = nullptr;
  uint8_t* stacks = nullptr;
  uint64_t stack_bytes = 0;
  Readings readings;
  void (*perform)(Thread&, const plan::Op*, const plan::Op*) = nullptr;
  void (*mark)(const char*) = nullptr;  // Pass::kRecord
  uint64_t window_ops = kNoWindow;
  uint64_t window_ns = kNoWindow;
  uint64_t begun_ticks = 0;
  uint64_t spin_ticks_max = 0;   // before a wait sleeps, while threads have processors of their own
  uint64_t spin_turn_ticks = 0;  // what a turn of that costs
  double ticks_per_ns = 1.0;
  uint32_t cpus = 1;
  uint32_t lanes = 1;  // as many as threads ever live at once
  uint32_t log_every = 1;
  bool strict = false;
  bool times = false;          // keep recorded times
  bool virtual_time = false;   // show the allocator recorded time
  bool memory = false;         // read memory at checkpoints
  bool touches_large = false;  // large blocks are touched at birth, as the record does not say when

  // Shared and written. The slowest thread's progress, as last computed: it only lags behind the truth.
  alignas(64) std::atomic<uint64_t> floor_seq{0};
  std::atomic<uint64_t> floor_ns{0};
  alignas(64) std::atomic<uint32_t> window_sleepers{0};
  std::atomic<uint32_t> slot_sleepers{0};
  std::atomic<uint32_t> place_sleepers{0};
  alignas(64) std::atomic<uint64_t> turn{0};  // strict order: the op whose turn it is
  alignas(64) std::atomic<uint32_t> alive{0};
  std::atomic<uint64_t> spin_ticks{0};  // of all threads, as far as they have told
  std::atomic<uint64_t> now_ns{0};      // recorded time, about: for clock readers that are no thread of ours
  // The lanes: which threads live, for those who look for the slowest. Guarded by `census` for changes.
  std::atomic<Thread*>* lane_threads = nullptr;
  uint32_t* free_lanes = nullptr;
  uint32_t* free_stacks = nullptr;
  uint32_t free_lane_count = 0;
  uint32_t free_stack_count = 0;
  Thread** ended = nullptr;  // threads to be joined
  uint32_t ended_count = 0;
  pthread_mutex_t census = PTHREAD_MUTEX_INITIALIZER;
};

// The recorded time of the stretch that this thread is in, for the clock of Pace::kVirtual.
extern thread_local uint64_t t_recorded_ns;

}  // namespace heapreel::engine
