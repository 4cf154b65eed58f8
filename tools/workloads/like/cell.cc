// The way down the ladder of cell.h.
#include "tools/workloads/like/cell.h"

#include "tools/workloads/like/grid.h"

namespace heapreel::like {
namespace {

// What is left to merge of a number that was merged by `from` already.
uint64_t merged(uint64_t group, unsigned from, unsigned to) {
  if (to == kAll) return 0;
  return group >> (to - from);
}

uint32_t class_of(uint32_t thread) { return thread == 0 || thread == kSameThread ? thread : kOtherThread; }

}  // namespace

CellKey seen_from(const CellKey& key, unsigned rung, double length_mean) {
  const Rung& from = kLadder[key.rung];
  const Rung& to = kLadder[rung];
  CellKey seen = key;
  seen.rung = static_cast<uint8_t>(rung);
  if (from.exact_size && !to.exact_size)
    seen.size = merged(size_step(key.size), 0, to.size_shift);
  else if (!to.exact_size)
    seen.size = merged(key.size, from.size_shift, to.size_shift);
  seen.phase = static_cast<uint16_t>(merged(key.phase, from.phase_shift, to.phase_shift));
  if ((key.lasts & kPhaseOfDeath) != 0)
    seen.lasts = static_cast<uint16_t>(merged(life_step(static_cast<uint64_t>(length_mean)), 0, to.life_shift));
  else if (key.lasts != kNever)
    seen.lasts = static_cast<uint16_t>(merged(key.lasts, from.life_shift, to.life_shift));
  if (key.old_step != 0)
    seen.old_step = static_cast<uint16_t>(merged(key.old_step - 1U, from.old_shift, to.old_shift) + 1);
  if (!to.exact_threads) {
    seen.born_by = class_of(key.born_by);
    seen.died_by = class_of(key.died_by);
  }
  if (!to.counts_reads) seen.reads = 0;
  return seen;
}

}  // namespace heapreel::like
