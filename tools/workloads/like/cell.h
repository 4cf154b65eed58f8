// What a model counts: cells, each the lives that are alike in everything it looks at.
//
//   life --> its cell on the first rung --fewer than kCountLeast?--> its cell on the next, coarser rung --> ... dropped
//
// The ladder's first rung keeps exact sizes; every other one keeps means, rounded to the public scale of grid.h. A cell
// of a model holds at least kCountLeast lives, on every rung: that is all that the model knows of any one of them.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>

#include "tools/workloads/like/lives.h"

namespace heapreel::like {

inline constexpr uint64_t kCountLeast = 10;
inline constexpr unsigned kPhasesMost = 256;

// Threads, where they are not one by one. Real ones go by their place in the model's roster.
inline constexpr uint32_t kSameThread = 0xffff'ffff;   // of a death: the one of the birth
inline constexpr uint32_t kOtherThread = 0xffff'fffe;  // any but the first; of a death: and but the one of the birth

// How long a life lasts: a step of the lifetime scale. On the first rung, if that is a phase or more, the phase of its
// end: what dies together, dies together in the clone, however long before it was born.
inline constexpr uint16_t kPhaseOfDeath = 0x4000;
inline constexpr uint16_t kNever = 0x8000;

struct CellKey {
  uint64_t size = 0;  // exact, or a group of steps of the scale
  uint32_t born_by = 0;
  uint32_t died_by = 0;
  uint16_t phase = 0;  // of the birth
  uint16_t lasts = 0;
  uint16_t old_step = 0;  // of a realloc: the size it grew from, as a step of the scale plus one; 0: none
  reel::Op birth = reel::Op::kNone;
  reel::Op death = reel::Op::kNone;
  uint8_t flags = 0;
  uint8_t align_log2 = 0;
  uint8_t reads = 0;
  uint8_t rung = 0;
  uint32_t unused = 0;

  bool operator==(const CellKey&) const = default;
};
static_assert(sizeof(CellKey) == 32);

struct CellKeyHash {
  size_t operator()(const CellKey& key) const {
    uint64_t hash = 0;
    for (const uint64_t word : std::bit_cast<std::array<uint64_t, 4>>(key)) {
      hash = (hash ^ word) * 0x9E3779B97F4A7C15U;
      hash ^= hash >> 29;
    }
    return hash;
  }
};

// How coarsely a rung looks. The shifts merge neighbours: 3 makes one of eight.
struct Rung {
  bool exact_size = false;
  uint8_t size_shift = 0;   // of steps of the size scale
  uint8_t phase_shift = 0;  // of births
  uint8_t life_shift = 0;   // of steps of the lifetime scale
  uint8_t old_shift = 0;    // of steps of the size a realloc grew from
  bool exact_threads = false;
  bool counts_reads = true;
};

inline constexpr uint8_t kAll = 15;  // a shift that leaves one group

inline constexpr std::array<Rung, 7> kLadder = {{
    {.exact_size = true, .exact_threads = true},
    {.exact_size = true, .phase_shift = 2, .life_shift = 2, .exact_threads = true},
    {.phase_shift = 2, .life_shift = 2, .exact_threads = true},
    {.size_shift = 1, .phase_shift = 4, .life_shift = 3, .old_shift = 2},
    {.size_shift = 3, .phase_shift = kAll, .life_shift = 4, .old_shift = 4, .counts_reads = false},
    {.size_shift = 5, .phase_shift = kAll, .life_shift = 5, .old_shift = kAll, .counts_reads = false},
    {.size_shift = kAll, .phase_shift = kAll, .life_shift = kAll, .old_shift = kAll, .counts_reads = false},
}};

// The same lives as a coarser rung sees them; `length_mean` is how long they lasted.
CellKey seen_from(const CellKey& key, unsigned rung, double length_mean);

// What a group of merged neighbours stands for, both ends included.
struct Range {
  uint64_t first = 0;
  uint64_t last = 0;
};
inline Range group_of(uint64_t group, unsigned shift, uint64_t last) {
  if (shift == kAll) return {0, last};
  return {std::min(group << shift, last), std::min((group << shift) + (uint64_t{1} << shift) - 1, last)};
}

}  // namespace heapreel::like
