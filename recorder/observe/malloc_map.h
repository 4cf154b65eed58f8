// Where in a process's address space its allocator hands out memory, and which large blocks live.
//
//   small blocks (< 64 KiB)   mark the 64 KiB granules they lie in, for good: what an allocator once handed out stays
//   its
//                             own when it is free again. A granule that is found unmapped loses its mark
//                             (forget_granule).
//   large blocks (>= 64 KiB)  stand in a table while they live; when they die their granules are marked, too, unless
//                             glibc had mapped the block by itself and so has unmapped it.
//
// Granules, because the kernel joins neighbouring anonymous mappings: one VMA of smaps may hold a block of malloc's and
// a mapping of the program's own. One thread, the collector's, reports births and deaths of each thread in the order of
// its events, and of different threads in whatever order: times decide. Any thread may read. Budget, for every event of
// the program: <= 2 ns for a small block (`./dev bench observe`); marks are words of bits behind one table, and a death
// looks into a counting filter of 8 KiB before it looks for a large block. A death that is reported before its birth
// leaves a block behind; it goes when another is born at its address, or when its memory is found unmapped
// (forget_block).
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "trace_format/base/flat_map.h"

namespace heapreel::observe {

inline constexpr uint64_t kLargeBytes = uint64_t{64} << 10;
inline constexpr unsigned kGranuleBits = 16;
inline constexpr uint64_t kGranuleBytes = uint64_t{1} << kGranuleBits;

struct LargeBlock {
  uint64_t address = 0;
  uint64_t bytes = 0;
  uint64_t born_time = 0;
  uint64_t serial = 0;  // never given twice
};

// A half-open stretch of addresses.
struct Extent {
  uint64_t start = 0;
  uint64_t end = 0;
};

class MallocMap {
 public:
  MallocMap() : granules_(std::make_unique<Granules>()) {}
  MallocMap(const MallocMap&) = delete;
  MallocMap& operator=(const MallocMap&) = delete;
  ~MallocMap();

  // --- the collector's thread ---

  void born(uint64_t address, uint64_t bytes, uint64_t time) {
    if (bytes >= kWideBytes) [[unlikely]]
      return born_wide(address, bytes, time);
    const uint64_t granule = granule_of(address);
    if (!is_marked(granule)) [[unlikely]]
      mark(granule, uint64_t{1} << (granule % 64));
  }

  void gone(uint64_t address, uint64_t time) {
    if (filter_[filter_place(address)] == 0) [[likely]]
      return;
    gone_large(address, time);
  }

  // Whether a birth or a death changes anything here; without a branch, for callers who see many.
  bool heeds_birth(uint64_t address, uint64_t bytes) const {
    return (static_cast<unsigned>(bytes >= kWideBytes) | static_cast<unsigned>(!is_marked(granule_of(address)))) != 0;
  }
  bool heeds_death(uint64_t address) const { return filter_[filter_place(address)] != 0; }

  // A realloc that succeeded. In place it keeps the block, and what is known of it.
  void was_realloced(uint64_t old_address, uint64_t address, uint64_t bytes, uint64_t time);

  // What a forked child has of its parent: the marks, and the large blocks as born at time 0. Both maps belong to the
  // calling thread; this one must be new.
  void inherit(const MallocMap& parent);

  // --- any thread ---

  // The large blocks alive, by address.
  std::vector<LargeBlock> large_blocks() const;
  // Their bytes together.
  uint64_t large_bytes() const { return large_bytes_.load(std::memory_order_relaxed); }
  // Changes whenever large_blocks() does.
  uint64_t large_changes() const { return changes_.load(std::memory_order_relaxed); }
  uint64_t large_refused() const { return refused_.load(std::memory_order_relaxed); }

  // Appends the marked stretches within [start, end), ascending; neighbours are one.
  void marked_extents(uint64_t start, uint64_t end, std::vector<Extent>& out) const;

  // Takes back the mark of the granule at an address that is no longer mapped.
  void forget_granule(uint64_t address);
  // Has a block removed whose memory is no longer mapped; the collector's thread does it at its next large block.
  void forget_block(uint64_t address, uint64_t serial);

 private:
  // A leaf holds the marks of 64 GiB, the table those of 256 TiB: all that user space has with 48-bit addresses. Higher
  // bits are left out: a tag in them (MTE, LAM) is no part of the place.
  static constexpr unsigned kLeafBits = 20;
  static constexpr unsigned kTableBits = 48 - kGranuleBits - kLeafBits;
  struct Leaf {
    std::array<std::atomic<uint64_t>, (size_t{1} << kLeafBits) / 64> words{};
  };
  using Granules = std::array<std::atomic<Leaf*>, size_t{1} << kTableBits>;

  struct Living {
    uint64_t bytes = 0;
    uint64_t born_time = 0;
    uint64_t serial = 0;
  };
  struct Doomed {
    uint64_t address;
    uint64_t serial;
  };

  static constexpr uint64_t kWideBytes = 4096;  // from here on a block may reach into a second granule, or be large
  static constexpr unsigned kFilterBits = 12;
  static constexpr size_t kLargeMax = size_t{1} << 20;

  static uint64_t granule_of(uint64_t address) {
    return (address >> kGranuleBits) & ((uint64_t{1} << (kLeafBits + kTableBits)) - 1);
  }
  static size_t filter_place(uint64_t address) { return (address * 0x9E3779B97F4A7C15U) >> (64 - kFilterBits); }

  std::atomic<uint64_t>* word_of(uint64_t granule) const {
    Leaf* leaf = (*granules_)[granule >> kLeafBits].load(std::memory_order_acquire);  // partner: mark()'s release
    return leaf == nullptr ? nullptr : &leaf->words[(granule & ((uint64_t{1} << kLeafBits) - 1)) / 64];
  }
  bool is_marked(uint64_t granule) const {
    const std::atomic<uint64_t>* word = word_of(granule);
    return word != nullptr && (word->load(std::memory_order_relaxed) >> (granule % 64) & 1) != 0;
  }

  // Sets the bits of the word that holds a granule's mark.
  [[gnu::noinline, gnu::cold]] void mark(uint64_t granule, uint64_t word_bits);
  [[gnu::noinline]] void born_wide(uint64_t address, uint64_t bytes, uint64_t time);
  [[gnu::noinline]] void gone_large(uint64_t address, uint64_t time);
  void mark_all(uint64_t address, uint64_t bytes);
  void add_large(uint64_t address, uint64_t bytes, uint64_t time);
  void remove_large(uint64_t address);
  void remove_doomed();

  std::array<uint16_t, size_t{1} << kFilterBits> filter_{};  // large blocks alive at each hash; 65535 stays
  std::unique_ptr<Granules> granules_;
  mutable std::mutex mutex_;  // large_ is changed under it by the collector's thread alone, which reads without
  base::FlatMap<Living> large_;
  std::vector<Doomed> doomed_;  // under mutex_
  std::atomic<uint64_t> changes_{0};
  std::atomic<uint64_t> large_bytes_{0};
  std::atomic<uint64_t> refused_{0};
  uint64_t serial_last_ = 0;
};

}  // namespace heapreel::observe
