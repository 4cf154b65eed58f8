// The registry of registry.h.
#include "replayer/engine/registry.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "replayer/engine/touch.h"

namespace heapreel::engine {
namespace {

class Locked {
 public:
  explicit Locked(pthread_mutex_t& lock) : lock_(lock) { pthread_mutex_lock(&lock_); }
  ~Locked() { pthread_mutex_unlock(&lock_); }
  Locked(const Locked&) = delete;
  Locked& operator=(const Locked&) = delete;

 private:
  pthread_mutex_t& lock_;
};

constexpr size_t rounded(size_t bytes) { return (bytes + 15) & ~size_t{15}; }

constexpr uint64_t kTagBytes = 8;

bool is_tag_at(const void* block, uint64_t offset, uint64_t tag) {
  return std::memcmp(static_cast<const uint8_t*>(block) + offset, &tag, kTagBytes) == 0;
}

}  // namespace

void* MappedArena::take(size_t bytes) {
  if (free_ != nullptr) {
    Free* const node = free_;
    free_ = node->next;
    return node;
  }
  bytes = rounded(bytes);
  if (left_ < bytes) {
    void* const chunk = mmap(nullptr, kChunkBytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (chunk == MAP_FAILED) abort();
    at_ = static_cast<uint8_t*>(chunk);
    left_ = kChunkBytes;
  }
  left_ -= bytes;
  return std::exchange(at_, at_ + bytes);
}

void MappedArena::give(void* node, size_t) {
  auto* const freed = static_cast<Free*>(node);
  freed->next = free_;
  free_ = freed;
}

Trouble Registry::add(uint32_t thread, void* block, uint64_t size, uint64_t& tag) {
  const Locked locked(lock_);
  const auto address = reinterpret_cast<uint64_t>(block);
  const auto next = living_.lower_bound(address);
  const auto overlaps = [](const Entry& living) {
    return Trouble{.what = measure::Trouble::kOverlap,
                   .other_address = reinterpret_cast<void*>(living.first),
                   .other_size = living.second.size};
  };
  // A block of no bytes still has an address of its own.
  if (next != living_.end() && next->first < address + std::max<uint64_t>(size, 1)) return overlaps(*next);
  if (next != living_.begin()) {
    const auto& before = *std::prev(next);
    if (before.first + std::max<uint64_t>(before.second.size, 1) > address) return overlaps(before);
  }
  tag = (++births_ * 0x9E3779B97F4A7C15) | 1;
  living_.emplace_hint(next, address, Living{.size = size, .tag = tag, .thread = thread});
  live_bytes_ += size;
  counted_.bytes_requested += size;
  counted_.live_peak_bytes = std::max(counted_.live_peak_bytes, live_bytes_);
  return {};
}

Trouble Registry::remove(uint32_t thread, void* block, bool freed, Living& was) {
  const Locked locked(lock_);
  const auto found = living_.find(reinterpret_cast<uint64_t>(block));
  if (found == living_.end()) return {.what = measure::Trouble::kBadPlan};
  was = found->second;
  living_.erase(found);
  live_bytes_ -= was.size;
  if (was.thread != thread) ++(freed ? counted_.cross_thread_frees : counted_.cross_thread_reallocs);
  return {};
}

void Registry::count(const plan::Op& op) {
  __atomic_fetch_add(&counted_.calls[static_cast<size_t>(op.kind) % plan::kKinds], 1, __ATOMIC_RELAXED);
}

void Registry::copy_counts(measure::Counted& to) const {
  to = counted_;
  to.live_end_bytes = live_bytes_;
  to.live_end_objects = living_.size();
}

Registry& registry() {
  alignas(Registry) static unsigned char room[sizeof(Registry)];
  static auto* const made = new (room) Registry;  // never destroyed: threads may outlive main
  return *made;
}

void write_tag(void* block, uint64_t size, uint64_t tag) {
  if (size < 2 * kTagBytes) return;
  std::memcpy(block, &tag, kTagBytes);
  std::memcpy(static_cast<uint8_t*>(block) + size - kTagBytes, &tag, kTagBytes);
}

bool has_tag(const void* block, uint64_t size, uint64_t tag) {
  return size < 2 * kTagBytes || (is_tag_at(block, 0, tag) && is_tag_at(block, size - kTagBytes, tag));
}

bool starts_with_tag(const void* block, uint64_t size, uint64_t tag) {
  return size < 2 * kTagBytes || is_tag_at(block, 0, tag);
}

bool looks_zero(const void* block, uint64_t size) {
  const auto* const bytes = static_cast<const uint8_t*>(block);
  const auto zero_from = [&](uint64_t at) {
    return std::all_of(bytes + at, bytes + std::min(size, at + kTagBytes), [](uint8_t byte) { return byte == 0; });
  };
  for (uint64_t at = 0; at < size; at += kPageBytes)
    if (!zero_from(at)) return false;
  return zero_from(size - std::min(size, kTagBytes));
}

}  // namespace heapreel::engine
