// The rare paths of malloc_map.h.
#include "recorder/observe/malloc_map.h"

#include <algorithm>
#include <bit>

namespace heapreel::observe {
namespace {

// glibc maps a chunk of 128 KiB or more by itself: its user part begins 16 bytes behind a page's start (malloc.c,
// sysmalloc_mmap), and free() unmaps it. Other allocators give large blocks other places.
bool mapped_alone(uint64_t address) { return (address & 4095) == 16; }

}  // namespace

MallocMap::~MallocMap() {
  for (std::atomic<Leaf*>& leaf : *granules_) delete leaf.load(std::memory_order_relaxed);
}

void MallocMap::mark(uint64_t granule, uint64_t word_bits) {
  std::atomic<Leaf*>& place = (*granules_)[granule >> kLeafBits];
  if (place.load(std::memory_order_relaxed) == nullptr)
    place.store(std::make_unique<Leaf>().release(), std::memory_order_release);  // partner: word_of()'s acquire
  word_of(granule)->fetch_or(word_bits, std::memory_order_relaxed);
}

// A word of 64 marks at a time: a block may be of terabytes.
void MallocMap::mark_all(uint64_t address, uint64_t bytes) {
  const uint64_t last = granule_of(address + bytes - 1);
  for (uint64_t granule = granule_of(address); granule <= last; granule = (granule | 63) + 1) {
    const uint64_t end = std::min(last, granule | 63);
    mark(granule, (~uint64_t{0} >> (63 - (end - granule))) << (granule % 64));
  }
}

void MallocMap::born_wide(uint64_t address, uint64_t bytes, uint64_t time) {
  if (address == 0) return;
  if (bytes < kLargeBytes) return mark_all(address, bytes);
  const std::lock_guard lock(mutex_);
  remove_doomed();
  if (const Living* old = large_.find(address)) {
    if (old->born_time > time) return;  // the death of this one is still on its way, or was before its birth
    remove_large(address);
  }
  add_large(address, bytes, time);
}

void MallocMap::gone_large(uint64_t address, uint64_t time) {
  const Living* block = large_.find(address);
  if (block == nullptr || block->born_time > time) return;
  if (!mapped_alone(address)) mark_all(address, block->bytes);
  const std::lock_guard lock(mutex_);
  remove_large(address);
}

void MallocMap::was_realloced(uint64_t old_address, uint64_t address, uint64_t bytes, uint64_t time) {
  Living* block = old_address == address && bytes >= kLargeBytes ? large_.find(address) : nullptr;
  if (block == nullptr || block->born_time > time) {
    gone(old_address, time);
    return born(address, bytes, time);
  }
  const std::lock_guard lock(mutex_);
  large_bytes_.fetch_add(bytes - block->bytes, std::memory_order_relaxed);
  block->bytes = bytes;
  changes_.fetch_add(1, std::memory_order_relaxed);
}

void MallocMap::add_large(uint64_t address, uint64_t bytes, uint64_t time) {
  if (large_.size() >= kLargeMax) {
    refused_.fetch_add(1, std::memory_order_relaxed);
    return mark_all(address, std::min(bytes, kGranuleBytes));
  }
  large_.add(address, {.bytes = bytes, .born_time = time, .serial = ++serial_last_});
  uint16_t& count = filter_[filter_place(address)];
  if (count != UINT16_MAX) ++count;
  large_bytes_.fetch_add(bytes, std::memory_order_relaxed);
  changes_.fetch_add(1, std::memory_order_relaxed);
}

void MallocMap::remove_large(uint64_t address) {
  Living removed;
  if (!large_.remove(address, removed)) return;
  uint16_t& count = filter_[filter_place(address)];
  if (count != UINT16_MAX) --count;
  large_bytes_.fetch_sub(removed.bytes, std::memory_order_relaxed);
  changes_.fetch_add(1, std::memory_order_relaxed);
}

void MallocMap::remove_doomed() {
  for (const Doomed& doomed : doomed_) {
    const Living* block = large_.find(doomed.address);
    if (block != nullptr && block->serial == doomed.serial) remove_large(doomed.address);
  }
  doomed_.clear();
}

void MallocMap::inherit(const MallocMap& parent) {
  for (size_t i = 0; i < granules_->size(); ++i) {
    const Leaf* theirs = (*parent.granules_)[i].load(std::memory_order_relaxed);
    if (theirs == nullptr) continue;
    auto ours = std::make_unique<Leaf>();
    for (size_t word = 0; word < ours->words.size(); ++word)
      ours->words[word].store(theirs->words[word].load(std::memory_order_relaxed), std::memory_order_relaxed);
    (*granules_)[i].store(ours.release(), std::memory_order_release);  // partner: word_of()'s acquire
  }
  const std::vector<LargeBlock> blocks = parent.large_blocks();
  const std::lock_guard lock(mutex_);
  for (const LargeBlock& block : blocks) add_large(block.address, block.bytes, 0);
}

std::vector<LargeBlock> MallocMap::large_blocks() const {
  std::vector<LargeBlock> blocks;
  {
    const std::lock_guard lock(mutex_);
    blocks.reserve(large_.size());
    large_.for_each([&](uint64_t address, const Living& living) {
      blocks.push_back({address, living.bytes, living.born_time, living.serial});
    });
  }
  std::ranges::sort(blocks, {}, &LargeBlock::address);
  return blocks;
}

void MallocMap::marked_extents(uint64_t start, uint64_t end, std::vector<Extent>& out) const {
  constexpr uint64_t kAll = uint64_t{1} << (kLeafBits + kTableBits);
  const uint64_t stop = std::min((end + kGranuleBytes - 1) >> kGranuleBits, kAll);
  const size_t first = out.size();
  for (uint64_t granule = start >> kGranuleBits; granule < stop;) {
    const std::atomic<uint64_t>* word = word_of(granule);
    if (word == nullptr) {
      granule = ((granule >> kLeafBits) + 1) << kLeafBits;
      continue;
    }
    const uint64_t bits = word->load(std::memory_order_relaxed) >> (granule % 64);
    if (bits == 0) {
      granule = (granule | 63) + 1;
      continue;
    }
    const auto skipped = static_cast<unsigned>(std::countr_zero(bits));
    const uint64_t run = granule + skipped;
    granule = run + static_cast<unsigned>(std::countr_one(bits >> skipped));
    if (run >= stop) break;
    const uint64_t from = std::max(run << kGranuleBits, start);
    const uint64_t to = std::min(granule << kGranuleBits, end);
    if (out.size() > first && out.back().end == from)
      out.back().end = to;
    else
      out.push_back({from, to});
  }
}

void MallocMap::forget_granule(uint64_t address) {
  const uint64_t granule = granule_of(address);
  if (std::atomic<uint64_t>* word = word_of(granule))
    word->fetch_and(~(uint64_t{1} << (granule % 64)), std::memory_order_relaxed);
}

void MallocMap::forget_block(uint64_t address, uint64_t serial) {
  const std::lock_guard lock(mutex_);
  if (doomed_.size() < kLargeMax) doomed_.push_back({address, serial});
}

}  // namespace heapreel::observe
