// Taking and giving chunks, and waiting for them.
#include "recorder/shim/chunks.h"

#include <errno.h>

#include "recorder/ring/chunk_list.h"
#include "recorder/shim/note.h"
#include "recorder/shim/os.h"
#include "recorder/shim/record.h"
#include "recorder/shim/start.h"
#include "recorder/shim/thread.h"

namespace heapreel::shim {
namespace {

constexpr uint64_t kSliceNs = 100'000'000;     // of a wait
constexpr uint64_t kPatienceSlices = 15;       // without a heartbeat: the collector is dead, or stopped
constexpr uint32_t kSpinsBetweenLooks = 1024;  // when the kernel must not be entered

bool collector_sleeps_and_should_not() {
  ring::PoolHeader& header = *g_shim.header;
  const uint32_t full = header.full_count.load(std::memory_order_relaxed);
  return full * 4 >= g_shim.pool.large_chunks && header.collector_asleep.load(std::memory_order_relaxed) != 0;
}

void hand_over(uint32_t chunk) {
  ring::PoolHeader& header = *g_shim.header;
  g_shim.pool.chunk(chunk).state.store(ring::ChunkState::kFull, std::memory_order_release);
  header.full_count.fetch_add(1, std::memory_order_relaxed);
  ring::push(g_shim.pool, header.full, chunk);
  if (collector_sleeps_and_should_not() && may_enter_kernel()) {
    header.collector_asleep.store(0, std::memory_order_relaxed);
    os::futex_wake(&header.collector_asleep, 1);
  }
}

// Sleeps until chunks may have come free. False when the collector shows no life.
bool wait_for_space() {
  ring::PoolHeader& header = *g_shim.header;
  const uint64_t heartbeat = header.heartbeat.load(std::memory_order_relaxed);
  header.waiting.fetch_add(1, std::memory_order_seq_cst);  // pairs with the collector's look after it freed chunks
  const uint32_t space = header.space.load(std::memory_order_seq_cst);
  bool alive = (header.free_large.load(std::memory_order_seq_cst) & (ring::kListTag - 1)) != 0;
  for (uint64_t slice = 0; slice < kPatienceSlices && !alive;) {
    if (os::futex_wait(&header.space, space, kSliceNs) == -ETIMEDOUT) ++slice;
    alive = header.space.load(std::memory_order_relaxed) != space ||
            header.heartbeat.load(std::memory_order_relaxed) != heartbeat;
  }
  header.waiting.fetch_sub(1, std::memory_order_relaxed);
  return alive;
}

// The same for a thread that must not enter the kernel: about a second of looking.
bool spin_for_space() {
  ring::PoolHeader& header = *g_shim.header;
  const uint64_t heartbeat = header.heartbeat.load(std::memory_order_relaxed);
  for (uint32_t look = 0; look < 30'000; ++look) {
    for (uint32_t i = 0; i < kSpinsBetweenLooks; ++i) __builtin_ia32_pause();
    if ((header.free_large.load(std::memory_order_relaxed) & (ring::kListTag - 1)) != 0) return true;
    if (header.heartbeat.load(std::memory_order_relaxed) != heartbeat) return true;
  }
  return false;
}

void abandon_recording() {
  ring::Recording on = ring::Recording::kOn;
  g_shim.header->recording.compare_exchange_strong(on, ring::Recording::kAbandoned, std::memory_order_relaxed);
}

// A chunk for a thread that has filled one before: large, and worth waiting for.
uint32_t take_large(ring::Loss& why) {
  ring::PoolHeader& header = *g_shim.header;
  for (;;) {
    const uint32_t chunk = ring::take_free_large(g_shim.pool);
    if (chunk != ring::kNoChunk) return chunk;
    const uint32_t full = header.full_count.load(std::memory_order_relaxed);
    if (full * 4 < g_shim.pool.large_chunks) {  // the collector is not behind: so many threads hold one
      const uint32_t small = ring::take_free_small(g_shim.pool);
      if (small != ring::kNoChunk || full == 0) return small;
    }
    why = ring::Loss::kPoolFull;
    if (header.options.when_full == ring::WhenFull::kDrop) return ring::kNoChunk;
    if (!(may_enter_kernel() ? wait_for_space() : spin_for_space())) {
      abandon_recording();
      why = ring::Loss::kCollectorAway;
      return ring::kNoChunk;
    }
    if (!is_recording()) return ring::kNoChunk;
  }
}

uint32_t take_first(ring::Loss& why) {
  const uint32_t chunk = ring::take_free_small(g_shim.pool);
  return chunk != ring::kNoChunk ? chunk : take_large(why);
}

void adopt(ThreadSlot& thread, uint32_t index) {
  std::atomic<uint32_t>& used = g_shim.header->chunks_used;
  uint32_t known = used.load(std::memory_order_relaxed);
  while (known <= index && !used.compare_exchange_weak(known, index + 1, std::memory_order_relaxed)) {
  }
  ring::ChunkHeader& header = g_shim.pool.chunk(index);
  header.process = g_shim.process;
  header.thread = thread.serial;
  header.sequence = thread.next_sequence++;
  header.tid = kernel_tid();
  header.state.store(ring::ChunkState::kActive, std::memory_order_release);
  ThreadState& state = *thread.state;
  state.chunk = index;
  state.cursor = g_shim.pool.slots(index);
  state.limit = state.cursor + g_shim.pool.slot_count(index);
}

void own_nothing(ThreadState& state) {
  state.chunk = ring::kNoChunk;
  state.cursor = state.limit = nullptr;
}

}  // namespace

void give_up_chunk(ThreadState& state) {
  if (state.chunk != ring::kNoChunk) hand_over(state.chunk);
  own_nothing(state);
}

bool next_chunk(ThreadSlot& thread) {
  ThreadState& state = *thread.state;
  if (state.in_use == 0) return adopt_child(thread);
  const os::SignalsBlocked no_handlers(may_enter_kernel());
  const uint64_t begun = read_stamp(thread);
  give_up_chunk(state);
  if (g_shim.pool.process(g_shim.process).unwanted.load(std::memory_order_relaxed) != 0) {
    leave_session();
    return false;
  }
  ring::Loss why = ring::Loss::kPoolFull;
  const uint32_t chunk = thread.next_sequence == 0 ? take_first(why) : take_large(why);
  if (chunk == ring::kNoChunk) {
    state.lost_why = static_cast<uint32_t>(why);
    return false;
  }
  adopt(thread, chunk);
  state.own_ticks += read_stamp(thread) - begun;
  note_state(thread);
  return true;
}

ring::Slot* reserve_slots(ThreadSlot& thread, uint32_t slots) {
  for (int attempt = 0; attempt < 3; ++attempt) {
    ThreadState& state = *thread.state;
    ring::Slot* at = reserve(&state, slots);
    if (at + slots <= state.limit) return at;
    for (; at < state.limit; ++at) ring::put(at, ring::kPaddingSlot.head, ring::kPaddingSlot.body);
    if (!next_chunk(thread)) return nullptr;
  }
  return nullptr;
}

}  // namespace heapreel::shim
