// The table of big_blocks.h: open addressing by address; entries are claimed and freed by compare-and-swap.
#include "recorder/shim/big_blocks.h"

#include <sys/mman.h>
#include <sys/syscall.h>

#include "recorder/shim/note.h"
#include "recorder/shim/os.h"
#include "recorder/shim/thread.h"

namespace heapreel::shim {
namespace {

constexpr uint32_t kProbes = 16;
constexpr uint64_t kPage = 4096;

uint32_t first_probe(uint64_t address) {
  return static_cast<uint32_t>((address >> 4) * 0x9E3779B97F4A7C15 >> 40) % kBigBlocksMax;
}

BigBlock& entry(uint32_t probe) { return g_shim.arena->big_blocks[probe % kBigBlocksMax]; }

// Counts up and down without wrapping: a filter byte that has reached its top stays there.
void count_in_filter(uint64_t address, int step) {
  uint8_t& count = g_shim.arena->big_filter[big_filter_index(address)];
  if (__atomic_load_n(&count, __ATOMIC_RELAXED) == 255) return;
  __atomic_fetch_add(&count, static_cast<uint8_t>(step), __ATOMIC_RELAXED);
}

bool take_out(uint64_t address, uint64_t& bytes) {
  const uint32_t first = first_probe(address);
  for (uint32_t i = 0; i < kProbes; ++i) {
    BigBlock& block = entry(first + i);
    if (__atomic_load_n(&block.address, __ATOMIC_ACQUIRE) != address) continue;
    bytes = block.bytes;
    uint64_t expected = address;
    return __atomic_compare_exchange_n(&block.address, &expected, 0, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
  }
  return false;
}

// mincore in stretches that need little stack. The pages are only looked at, never touched.
uint64_t resident_pages(uint64_t address, uint64_t bytes) {
  unsigned char seen[1024];
  const uint64_t end = address + bytes;
  uint64_t resident = 0;
  for (uint64_t page = address & ~(kPage - 1); page < end; page += sizeof seen * kPage) {
    const uint64_t stretch = end - page < sizeof seen * kPage ? end - page : sizeof seen * kPage;
    if (os::call(SYS_mincore, static_cast<long>(page), static_cast<long>(stretch), reinterpret_cast<long>(seen)) != 0)
      return resident;
    const uint64_t pages = (stretch + kPage - 1) / kPage;
    for (uint64_t i = 0; i < pages; ++i) resident += seen[i] & 1;
  }
  return resident;
}

void note_pages(ThreadSlot& thread, uint64_t address, uint64_t bytes, Occasion occasion) {
  const uint64_t begun = read_stamp(thread);
  const uint64_t words[2] = {address, resident_pages(address, bytes)};
  write_note(thread, ring::Note::kResident, occasion, words, 2);
  thread.state->own_ticks += read_stamp(thread) - begun;
}

}  // namespace

void watch_big_block(uint64_t address, uint64_t bytes) {
  if (g_shim.arena == nullptr || g_shim.header->options.residency == 0) return;
  const uint32_t first = first_probe(address);
  for (uint32_t i = 0; i < kProbes; ++i) {
    BigBlock& block = entry(first + i);
    uint64_t expected = 0;
    if (!__atomic_compare_exchange_n(&block.address, &expected, 1, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) continue;
    block.bytes = bytes;
    count_in_filter(address, 1);
    __atomic_store_n(&block.address, address, __ATOMIC_RELEASE);  // pairs with the acquire in take_out
    return;
  }
}

void note_big_block_end(ThreadSlot& thread, uint64_t address, Occasion occasion) {
  if (g_shim.big_filter[big_filter_index(address)] == 0) return;
  uint64_t bytes = 0;
  if (!take_out(address, bytes)) return;
  count_in_filter(address, -1);
  if (may_enter_kernel()) note_pages(thread, address, bytes, occasion);
}

void note_all_big_blocks(ThreadSlot& thread) {
  if (g_shim.arena == nullptr || !may_enter_kernel()) return;
  for (uint32_t i = 0; i < kBigBlocksMax; ++i) {
    const uint64_t address = __atomic_load_n(&entry(i).address, __ATOMIC_ACQUIRE);
    if (address > 1) note_pages(thread, address, entry(i).bytes, kAtExit);
  }
}

}  // namespace heapreel::shim
