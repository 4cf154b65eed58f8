// The shared pool: the memory that the traced processes and their collector both map.
//
//   PoolHeader | ProcessRecord x kProcessesMax | ChunkHeader x chunks | large chunks | small chunks
//
// One pool serves a whole family of processes: a fork inherits the mapping, an exec maps it anew. The file behind it is
// sparse: what nobody touched costs nothing. A thread writes slots to a chunk of its own, without a shared word or a
// lock; only when a chunk is full do both sides meet, at the lists of chunks (chunk_list.h).
//
// Everything in here can be overwritten by a wild pointer of the traced program: the collector trusts no value, and the
// shim takes nothing from here that it would follow as a pointer.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "recorder/ring/slot.h"

namespace heapreel::ring {

inline constexpr uint64_t kPoolMagic = 0x314C4F4F504C4552;  // "RELPOOL1"
inline constexpr uint32_t kPoolVersion = 2;                 // both sides must agree on it to the letter
inline constexpr uint32_t kProcessesMax = 4096;
inline constexpr uint32_t kLargeBytes = 64 << 10;
inline constexpr uint32_t kSmallBytes = 4 << 10;
inline constexpr uint32_t kSmallChunks = 16384;  // a thread's first; as many threads can live at once
inline constexpr uint32_t kNoChunk = 0xFFFFFFFF;
inline constexpr size_t kLine = 64;

// Whether events are written. Chosen by the collector; a shim that finds the collector dead says kAbandoned.
enum class Recording : uint32_t { kDormant = 0, kOn = 1, kAbandoned = 2, kOver = 3 };

enum class ClockSource : uint32_t { kTsc = 0, kMonotonicRaw = 1 };
enum class WhenFull : uint32_t { kBlock = 0, kDrop = 1 };
enum class StackWalk : uint32_t { kNone = 0, kFramePointers = 1, kLibunwind = 2 };
inline constexpr uint32_t kStackDepthMax = 64;
inline constexpr uint32_t kStackDepthDefault = 25;
inline constexpr char kUnwinderLibrary[] = "libunwind.so.8";

// What the command line chose; fixed for the session.
struct PoolOptions {
  ClockSource clock = ClockSource::kTsc;
  WhenFull when_full = WhenFull::kBlock;
  StackWalk stacks = StackWalk::kNone;
  uint32_t stack_depth = 0;
  uint64_t stack_every_bytes = 0;  // 0: every allocation
  uint32_t time_calls_every = 0;   // 0: never; N: one call in N
  uint32_t residency = 1;          // count resident pages of large blocks at their end
};

struct PoolHeader {
  // Fixed before anybody else maps the pool.
  uint64_t magic;
  uint32_t version;
  uint32_t large_chunks;
  uint64_t bytes;
  uint64_t session;  // random; names the session in the environment
  PoolOptions options;

  // Read by every call, written when recording starts and stops.
  alignas(kLine) std::atomic<Recording> recording;

  // Written by the collector at each round.
  alignas(kLine) std::atomic<uint64_t> heartbeat;
  std::atomic<uint64_t> coarse_stamp;  // the clock, for threads that must not read it themselves
  std::atomic<uint32_t> collector_pid;

  // Lists of chunks: tag << 32 | index + 1, 0 in the low half when empty. A chunk that was never handed out is in no
  // list: they are given out in the order of their numbers, when the list is empty.
  alignas(kLine) std::atomic<uint64_t> free_large;
  std::atomic<uint32_t> fresh_large;  // large chunks handed out for the first time, so far
  alignas(kLine) std::atomic<uint64_t> free_small;
  std::atomic<uint32_t> fresh_small;
  alignas(kLine) std::atomic<uint64_t> full;
  std::atomic<uint32_t> full_count;   // chunks handed over and not yet given back
  std::atomic<uint32_t> chunks_used;  // no chunk from here on was ever handed out

  // Sleep and wake.
  alignas(kLine) std::atomic<uint32_t> collector_asleep;  // futex: 1 while the collector sleeps
  std::atomic<uint32_t> space;                            // futex: changes when chunks came free
  std::atomic<uint32_t> waiting;                          // threads that sleep on `space`

  alignas(kLine) std::atomic<uint32_t> records_tried;  // where the next process begins to look for a free record
  std::atomic<uint32_t> processes;                     // that have filled a record, so far
  std::atomic<uint32_t> processes_refused;             // for want of records
  std::atomic<uint32_t> forks;                         // under way: the child has not filled its record yet
};
static_assert(sizeof(PoolHeader) <= 4096 && offsetof(PoolHeader, recording) % kLine == 0);

enum class Origin : uint32_t { kStart = 0, kFork = 1, kExec = 2 };

// One traced process image: from its start, fork or exec to its exit or next exec.
struct ProcessRecord {
  std::atomic<uint32_t> ready;  // 0 free, 2 taken, 1 once the fields below are written
  uint32_t pid;                 // in the process's own namespace; the collector learns its own view from the socket
  uint32_t parent;              // record of the parent plus one; 0: none of ours
  Origin origin;
  uint64_t start_stamp;
  uint64_t malloc_address;             // the function that malloc calls are passed on to
  std::atomic<uint32_t> threads;       // serials handed out
  std::atomic<uint32_t> exit_reached;  // exit() ran its handlers
  std::atomic<uint64_t> lost;          // events dropped in all
  uint32_t bootstrap_bytes;            // given out before the real allocator was known
  std::atomic<uint32_t> unwanted;      // 1: chosen by the collector; the process shall write no more
  char path[200];  // the end of what was executed, with a 0; for when the process has gone before anybody could look
};
static_assert(sizeof(ProcessRecord) == 256 && offsetof(ProcessRecord, path) == 56);

enum class ChunkState : uint32_t { kFree = 0, kActive = 1, kFull = 2 };

struct ChunkHeader {
  std::atomic<uint32_t> next;  // index + 1 of the next in its list
  std::atomic<ChunkState> state;
  uint32_t process;   // record of the owner
  uint32_t thread;    // serial of the owner
  uint32_t sequence;  // 0, 1, 2, ... of this thread's chunks
  uint32_t tid;       // kernel thread id of the owner; 0 if it could not be asked
  uint64_t reserved[5];
};
static_assert(sizeof(ChunkHeader) == kLine);

// --- where things lie -----------------------------------------------------------------------------------------------

inline constexpr uint64_t kProcessesOffset = 4096;
inline constexpr uint64_t kChunkHeadersOffset = kProcessesOffset + uint64_t{kProcessesMax} * sizeof(ProcessRecord);

inline constexpr uint64_t round_to_page(uint64_t bytes) { return (bytes + 4095) & ~uint64_t{4095}; }
inline constexpr uint32_t chunks_of(uint32_t large_chunks) { return large_chunks + kSmallChunks; }
inline constexpr uint64_t chunk_data_offset(uint32_t large_chunks) {
  return round_to_page(kChunkHeadersOffset + uint64_t{chunks_of(large_chunks)} * sizeof(ChunkHeader));
}
inline constexpr uint64_t pool_bytes(uint32_t large_chunks) {
  return chunk_data_offset(large_chunks) + uint64_t{large_chunks} * kLargeBytes + uint64_t{kSmallChunks} * kSmallBytes;
}

// A mapped pool. `large_chunks` is kept outside the shared memory: no stray store can change what is computed from it.
struct Pool {
  PoolHeader* header = nullptr;
  uint32_t large_chunks = 0;

  uint32_t chunks() const { return chunks_of(large_chunks); }
  ProcessRecord& process(uint32_t index) const {
    return reinterpret_cast<ProcessRecord*>(base() + kProcessesOffset)[index];
  }
  ChunkHeader& chunk(uint32_t index) const {
    return reinterpret_cast<ChunkHeader*>(base() + kChunkHeadersOffset)[index];
  }
  Slot* slots(uint32_t index) const {
    const uint64_t large = index < large_chunks ? index : large_chunks;
    return reinterpret_cast<Slot*>(base() + chunk_data_offset(large_chunks) + large * kLargeBytes +
                                   (index - large) * kSmallBytes);
  }
  uint32_t slot_count(uint32_t index) const {
    return (index < large_chunks ? kLargeBytes : kSmallBytes) / uint32_t{sizeof(Slot)};
  }

 private:
  char* base() const { return reinterpret_cast<char*>(header); }
};

}  // namespace heapreel::ring
