// Reading chunks and giving them back.
#include <algorithm>
#include <cstring>
#include <vector>

#include "recorder/collector/collector.h"
#include "recorder/ring/chunk_list.h"

namespace heapreel::collector {
namespace {

constexpr uint32_t kWakeAfter = 64;  // chunks: waking the writers for each costs a quarter of the wall time

}  // namespace

uint32_t Collector::drain_full() {
  std::vector<uint32_t> chunks;
  for (uint32_t next = ring::take_all(pool_.header->full); next != 0 && next <= pool_.chunks();) {
    chunks.push_back(next - 1);
    next = pool_.chunk(next - 1).next.load(std::memory_order_relaxed);
    if (chunks.size() > pool_.chunks()) break;  // a list that was overwritten
  }
  std::reverse(chunks.begin(), chunks.end());  // oldest first: each thread's chunks in their order
  put_heirs_last(chunks);
  for (const uint32_t chunk : chunks) {
    read_chunk(chunk, true);
    settle_owner(chunk);
    empty_chunk(chunk);
    pool_.header->full_count.fetch_sub(1, std::memory_order_relaxed);
    wake_writers(1);
    if (hurry_.sees(pool_.header->full_count.load(std::memory_order_relaxed), pool_.large_chunks)) set_hurry();
  }
  if (chunks.empty()) return 0;
  wake_writers(0);
  heart_.begin();  // who fills chunks can come to wait
  return static_cast<uint32_t>(chunks.size());
}

void Collector::set_hurry() {
  for (const auto& [record, process] : processes_)
    if (process->reel != nullptr) process->reel->set_hurry(hurry_.is_on());
}

// With 0: at the end of a round, whoever still waits is woken.
void Collector::wake_writers(uint32_t freed) {
  freed_since_wake_ += freed;
  ring::PoolHeader& header = *pool_.header;
  const uint32_t enough = std::min(kWakeAfter, std::max(pool_.large_chunks / 4, 1U));
  if (freed != 0 && freed_since_wake_ < enough) return;
  freed_since_wake_ = 0;
  if (header.waiting.load(std::memory_order_seq_cst) == 0) return;  // pairs with the writer's count
  header.space.fetch_add(1, std::memory_order_seq_cst);
  wake(header.space, 1 << 30);
}

// Hands what is new in the chunk to the reel of its owner. Nobody's chunk, or that of a process we do not record, is
// read by nobody.
void Collector::read_chunk(uint32_t index, bool may_reorder) {
  const ring::ChunkHeader& header = pool_.chunk(index);
  const uint32_t thread = header.thread;
  const uint32_t sequence = header.sequence;
  FollowedProcess* const process = find_or_meet(header.process);
  if (process == nullptr || !process->wanted || thread > 1U << 22) return;
  if (thread >= process->next_chunk.size()) process->next_chunk.resize(thread + 1, 0);
  if (!may_reorder && sequence != process->next_chunk[thread]) return;
  if (!open_reel(*process)) return;
  if (thread != 0 && options_.pool.stacks != ring::StackWalk::kNone && !process->reel->knows_images())
    read_images(*process);
  process->next_chunk[thread] = sequence + (may_reorder ? 1 : 0);
  const std::span<ring::Slot> slots(pool_.slots(index), pool_.slot_count(index));
  read_to_[index] = read_slots(slots, read_to_[index], clock_, process->reel->thread(thread, header.tid));
  if (process->reel->status()) return;
  complain(process->reel->status().error());
  pool_.process(process->record).unwanted.store(1, std::memory_order_relaxed);  // it need not write what nobody keeps
}

// The images stand in the first thread's first chunk, and another thread's stacks need them.
void Collector::read_images(const FollowedProcess& process) {
  const uint32_t used = std::min(pool_.header->chunks_used.load(std::memory_order_relaxed), pool_.chunks());
  for (uint32_t index = 0; index < used; ++index) {
    const ring::ChunkHeader& header = pool_.chunk(index);
    const bool taken = header.state.load(std::memory_order_acquire) != ring::ChunkState::kFree;
    if (taken && header.process == process.record && header.thread == 0) read_chunk(index, false);
  }
}

// A chunk that is handed out must be empty to its end; what was not read can only be what nobody wants.
void Collector::empty_chunk(uint32_t index) {
  const uint32_t count = pool_.slot_count(index);
  const uint32_t from = read_to_[index];
  ring::Slot* const slots = pool_.slots(index);
  for (uint32_t i = from; i < count && slots[i].head != 0; ++i) slots[i] = {};
  read_to_[index] = 0;
  shared_.give_back(index);
}

// What threads have written into chunks that are not full yet; of one process, or of all.
void Collector::sweep_active(const FollowedProcess* of_process) {
  const uint32_t used = std::min(pool_.header->chunks_used.load(std::memory_order_relaxed), pool_.chunks());
  for (uint32_t index = 0; index < used; ++index) {
    const ring::ChunkHeader& header = pool_.chunk(index);
    if (header.state.load(std::memory_order_acquire) != ring::ChunkState::kActive) continue;
    if (of_process == nullptr || header.process == of_process->record) read_chunk(index, false);
  }
  settle_inheritances();
}

// A dead process's chunks, wherever it left them: in its hands, or handed over but in no list yet.
void Collector::salvage(FollowedProcess& process) {
  drain_full();
  struct Left {
    uint32_t thread;
    uint32_t sequence;
    uint32_t index;
  };
  std::vector<Left> left;
  const uint32_t used = std::min(pool_.header->chunks_used.load(std::memory_order_relaxed), pool_.chunks());
  for (uint32_t index = 0; index < used; ++index) {
    const ring::ChunkHeader& header = pool_.chunk(index);
    const bool taken = header.state.load(std::memory_order_acquire) != ring::ChunkState::kFree;
    if (taken && header.process == process.record) left.push_back({header.thread, header.sequence, index});
  }
  std::sort(left.begin(), left.end(), [](const Left& a, const Left& b) {
    return a.thread != b.thread ? a.thread < b.thread : a.sequence < b.sequence;
  });
  for (const Left& chunk : left) {
    read_chunk(chunk.index, true);
    const uint32_t count = pool_.slot_count(chunk.index);
    const uint32_t from = std::min(read_to_[chunk.index], count);
    std::memset(static_cast<void*>(pool_.slots(chunk.index) + from), 0, (count - from) * sizeof(ring::Slot));
    empty_chunk(chunk.index);
  }
}

}  // namespace heapreel::collector
