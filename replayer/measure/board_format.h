// The board: one shared memory file through which the lab tells a runner what to do and learns what came of it, also
// when the runner dies. Plain structs; the lab creates it, zeroed, and fills in RunOrders; the runner fills the rest.
//
//   Board | ThreadBoard[threads] | CheckpointReading[checkpoints] | uint64_t log[log_entries] | Histogram[...] |
//   SlowCalls[...]
//
// The log has one clock reading (ticks) for every `log_every`-th stretch of each thread, thread after thread; which
// stretch that was, the plan tells. Histograms come in sets of kHistograms, `histogram_sets` of them: a thread takes a
// free set while it runs, so as many are needed as threads live at once; the lab adds them up. With each set goes a
// list of slowest calls.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "replayer/measure/counters_format.h"
#include "replayer/measure/histogram_format.h"
#include "replayer/measure/slow_calls_format.h"

namespace heapreel::measure {

inline constexpr uint64_t kBoardMagic = 0x0064726f42706548;
inline constexpr uint32_t kBoardVersion = 2;

enum class Order : uint32_t { kWindow, kStrict, kDeps };
enum class Pace : uint32_t { kFast, kVirtual, kTimes };
enum class Touch : uint32_t { kRecorded, kFull, kPage, kFirst, kNone };

// What a run is for. Each is a loop of its own in the engine.
enum class Pass : uint32_t {
  kThroughput,  // nothing timed but the whole
  kLatency,     // every call timed
  kMemory,      // readings at checkpoints
  kVerify,      // every result checked, every call counted; its times mean nothing
  kRecord,      // as throughput, under our own recorder: with marks around the replay and at each thread's start
};

struct RunOrders {
  Order order{};
  Pace pace{};
  Touch touch{};
  Pass pass{};
  double speed = 1.0;          // Pace::kTimes: recorded time passes this many times faster
  uint64_t window_ops = 4096;  // Order::kWindow
  uint64_t window_ns = 2'000'000;
  uint64_t stop_at_seq = 0;       // if not 0, ops from this place on are left out
  uint64_t ticks_per_second = 0;  // the lab's measurement of the clock rdtsc reads
  uint32_t log_every = 1;
  uint64_t plan_resident_bytes = 0;  // a plan beyond that is read ahead and let go; 0: by the machine's memory
  uint32_t settle_on = 0;            // if not 0, the thread stays on the n-th processor it may use, from when ops begin
  uint32_t cpus = 0;                 // how many processors it may use; 0: find out
  char builtin[16] = {};             // "null", "bump", "pool": use it in place of the process's malloc
  char library[256] = {};            // what every entry point must resolve to: the real path of a file; empty: libc's
};

enum class RunState : uint32_t { kSetUp, kReady, kRunning, kDone, kRefused, kFailed };

// Why a run was refused or failed.
enum class Trouble : uint32_t {
  kNone,
  kBadPlan,         // text says what
  kWrongAllocator,  // an entry point resolves elsewhere: text says which and where
  kNoEntryPoint,    // the plan calls what the allocator does not have: text names it
  kNullReturned,    // an allocation that succeeded in the record
  kMisaligned,
  kOverlap,    // a result overlaps a living block (verify)
  kTooSmall,   // malloc_usable_size says less than was asked for (verify)
  kNotZero,    // calloc returned bytes that are not zero (verify)
  kCorrupted,  // a living block's bytes changed (verify)
  kSystem,     // the system refused something: text says what
};

struct TroubleNote {
  std::atomic<Trouble> what;
  uint32_t thread;  // index in the plan
  uint64_t seq;     // of the stretch
  uint64_t op;      // of the thread, from 0
  uint32_t kind;    // plan::Kind
  uint32_t reserved;
  uint64_t size;
  uint64_t align;
  uint64_t address;
  uint64_t other_address;  // overlap: the living block
  uint64_t other_size;
  char text[512];
};

enum class ThreadState : uint32_t {
  kUnborn,
  kRunning,
  kWaitsForWindow,
  kWaitsForSlot,
  kWaitsForTime,
  kWaitsForEnd,
  kEnded
};

// One cache line that others look at, then what the thread alone writes.
struct alignas(64) ThreadBoard {
  std::atomic<uint64_t> progress;  // seq of the stretch it is in; ~0 when it has ended
  std::atomic<uint64_t> time_ns;   // recorded time of that stretch
  std::atomic<ThreadState> state;
  uint32_t reserved;
  uint64_t pad[5];

  uint64_t ops_done;
  uint64_t stretches_done;
  uint64_t cpu_ns;      // CLOCK_THREAD_CPUTIME_ID over its ops
  uint64_t spin_ticks;  // of waits and wake-ups, on the processor: part of cpu_ns, not the allocator's
  uint64_t wait_ticks;  // of waits altogether
  uint64_t window_waits;
  uint64_t slot_waits;
  uint64_t minor_faults;
  uint64_t major_faults;
  uint64_t voluntary_switches;
  uint64_t involuntary_switches;
  uint64_t begun_ticks;
  uint64_t ended_ticks;
  uint64_t lag_ticks_max;  // Pace::kTimes: how late a stretch began
  uint64_t lag_ticks_sum;
  uint64_t late_stretches;  // those that began over 1 ms late
};

struct CheckpointReading {
  uint64_t ticks;       // 0: not reached
  uint64_t rss_bytes;   // resident anonymous memory of the runner
  uint64_t cpu_ns;      // of the whole process, waits included
  uint64_t spin_ticks;  // of all threads until then, as far as they had told
};

// What was counted where each call is made (verify).
struct Counted {
  uint64_t calls[64];
  uint64_t bytes_requested;
  uint64_t cross_thread_frees;
  uint64_t cross_thread_reallocs;
  uint64_t live_peak_bytes;
  uint64_t live_end_bytes;
  uint64_t live_end_objects;
};

struct Board {
  uint64_t magic;
  uint32_t version;
  uint32_t reserved;
  uint64_t bytes;
  uint64_t threads_offset, threads;
  uint64_t readings_offset, readings;
  uint64_t log_offset, log_entries;
  uint64_t histograms_offset, histogram_sets;
  uint64_t slow_calls_offset;  // a list for each set of histograms
  RunOrders orders;

  std::atomic<RunState> state;
  uint32_t entry_points;  // how many proof[] below names
  TroubleNote trouble;

  // Identity, as seen from inside.
  char library[256];        // the file that malloc resolved to
  char version_text[96];    // what the allocator says of itself; empty if it says nothing
  char proof[1024];         // the entry points that resolved as they should, for people
  char knobs[2048];         // lines of NAME=VALUE: its settings, as it says itself (verify); whole lines only
  uint32_t mallinfo_zero;   // glibc's own statistics were zero: it was not in use
  uint32_t clock_calls_on;  // allocator calls of clock_gettime go through the runner's

  // The whole run.
  uint64_t begun_ticks, ended_ticks;
  uint64_t user_ns, system_ns;  // of the process, between begun and ended
  uint64_t minor_faults, major_faults;
  uint64_t voluntary_switches, involuntary_switches;
  uint64_t rss_base_bytes;       // resident anonymous memory just before the first op
  uint64_t rss_end_bytes;        // just after the last op, survivors still alive
  uint64_t lazy_free_bytes;      // of rss_end_bytes, given back by MADV_FREE and not yet taken
  uint64_t huge_bytes;           // of rss_end_bytes, in huge pages
  uint64_t rss_file_bytes;       // resident pages of files at the end: the plan's, and the libraries'
  uint64_t clock_calls;          // clock_gettime by the allocator
  uint64_t harness_allocations;  // by the harness during the replay: must be 0 (known where malloc is the runner's own)
  uint64_t sleeping_calls;       // calls of nanosleep and pthread_cond_timedwait: not warped by Pace::kVirtual
  CounterReading counters[kCounters];
  Counted counted;
};
static_assert(sizeof(ThreadBoard) % 64 == 0);
static_assert(std::atomic<uint64_t>::is_always_lock_free && std::atomic<uint32_t>::is_always_lock_free);

}  // namespace heapreel::measure
