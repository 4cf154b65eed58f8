// What the shim knows: of a thread (TLS and ThreadState), of the process (Shim), of the next allocator (Next).
//
//   TLS ThreadSlot --> ThreadState (page that a fork wipes) --> slots of a chunk in the shared pool
//
// After a fork the ThreadState reads as zeros: the cursor is not below the limit, the next event takes the slow path,
// and that finds out that it is in a child. So a fork costs no system call and no test of its own in any event.
#pragma once

#include <cstddef>
#include <cstdint>

#include "recorder/ring/pool.h"

namespace heapreel::shim {

// What takes a thread's calls off the fast path. Bits of ThreadSlot::guard.
enum Guard : uint32_t {
  kNested = 1,           // inside a call that is recorded: what allocates in there may be that very event
  kMaking = 2,           // inside pthread_create: what the loader allocates now is the new thread's TLS
  kThorough = 4,         // every event takes the slow path: stacks, durations, another clock
  kFresh = 8,            // nothing is known of this thread yet
  kStampless = 16,       // must not read the clock (PR_SET_TSC, strict seccomp)
  kSilent = 32,          // must not enter the kernel (seccomp)
  kHolding = 64,         // inside the shim itself: whatever is called is no event
  kNewInside = 1 << 16,  // and its multiples: so many operators new run inside the one under way
};

// 64 bytes: one line, written at every event.
struct ThreadState {
  ring::Slot* cursor = nullptr;  // next slot; may pass the limit
  ring::Slot* limit = nullptr;   // end of the chunk
  uint64_t stamp = 0;            // the latest stamp of the thread
  uint64_t own_ticks = 0;        // spent off the hot path since the last note of it
  uint64_t lost = 0;             // events not recorded since the last gap note
  uint32_t lost_why = 0;
  uint32_t chunk = 0;      // index in the pool
  uint32_t in_use = 0;     // 0 in a child of fork
  uint32_t next_free = 0;  // of the list of states that ended threads left, index + 1
  uint64_t countdown = 0;  // of sampling, bytes or calls
};
static_assert(sizeof(ThreadState) == 64);

// The only thread-local variable: small, initial-exec, without a destructor.
struct ThreadSlot {
  ThreadState* state;
  uint32_t guard;
  uint32_t serial;         // of this thread in its process
  uint32_t next_sequence;  // of its chunks
  uint8_t end_rounds;      // how often its key destructor has run
  uint8_t nested_op;       // of nested_block
  uint8_t pending_op;      // of the operator new under way, for when it throws; 0: none
  uint8_t pending_align;   // log2
  uint64_t pending_size;
  uint64_t outer_block;   // what the call under way frees, else 0: freeing it inside that call is the same event
  uint64_t nested_block;  // allocated inside the call under way: its result, or an event of its own
  uint64_t nested_size;
};
static_assert(sizeof(ThreadSlot) <= 64);
// (__thread, not thread_local: no wrapper that asks whether it is initialised.)
extern __thread ThreadSlot t_thread __attribute__((tls_model("initial-exec"), visibility("hidden")));

inline constexpr uint32_t kThreadStatesMax = 65536;
inline constexpr uint32_t kBigFilterBytes = 4096;
inline constexpr uint32_t kBigBlocksMax = 4096;
inline constexpr uint64_t kBigBytes = 64 << 10;  // from here on a block's resident pages are of interest

struct BigBlock {
  uint64_t address;
  uint64_t bytes;
};

struct OwnStacks;

// Memory of this process alone, which a fork wipes. Sparse: only what is used costs pages.
struct Arena {
  uint32_t in_use;  // 0: this is a child of fork that has not been told yet
  uint32_t states_used;
  uint64_t free_states;  // tag << 32 | index + 1
  alignas(64) uint8_t big_filter[kBigFilterBytes];
  alignas(64) ThreadState states[kThreadStatesMax];
  BigBlock big_blocks[kBigBlocksMax];
  OwnStacks* stacks[kThreadStatesMax];  // of the thread with that state; stacks.cc
  uint64_t images_told;                 // how many loads of images there had been at the last telling; images.cc
};

struct Shim {
  ring::PoolHeader* header = nullptr;     // never null: one that is dormant for ever until a pool is mapped
  const char* single_threaded = nullptr;  // not 0 while the process has one thread
  const uint8_t* big_filter = nullptr;    // never null
  uint32_t leaf_guard = 0;  // what guard is while malloc, calloc, realloc and free of the next allocator run

  ring::Pool pool{};
  Arena* arena = nullptr;
  uint32_t process = 0;       // record in the pool
  uint32_t start_guard = 0;   // what a thread's guard becomes once it is known: 0 or kThorough
  uint64_t fork_stamp = 0;    // of the fork under way
  uint64_t loader_begin = 0;  // text of ld.so
  uint64_t loader_end = 0;
  uint32_t end_key = 0;  // pthread key
  uint32_t has_end_key = 0;
  uint32_t stacks_alone = 0;  // 1: stacks are all for which threads are kThorough; frees carry none
  uint32_t is_started = 0;    // once the next allocator and the pool, if there is one, are known
};
extern Shim g_shim __attribute__((visibility("hidden")));

[[gnu::always_inline]] inline bool is_recording() {
  // Relaxed: a call that runs while recording starts or stops may fall on either side.
  return g_shim.header->recording.load(std::memory_order_relaxed) == ring::Recording::kOn;
}

// True when nothing is recorded and nothing is missed by it: the call is the next allocator's, and that is all.
[[gnu::always_inline]] inline bool is_idle() {
  const ring::Recording recording = g_shim.header->recording.load(std::memory_order_relaxed);
  return recording != ring::Recording::kOn && recording != ring::Recording::kAbandoned && g_shim.is_started != 0;
}

// True when the call must not, or not simply, be recorded.
inline bool off_fast_path(const ThreadSlot& thread) { return thread.guard != 0 || !is_recording(); }

inline uint32_t big_filter_index(uint64_t address) { return static_cast<uint32_t>(address >> 4) % kBigFilterBytes; }

}  // namespace heapreel::shim
