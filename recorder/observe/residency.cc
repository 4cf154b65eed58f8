// The functions of residency.h.
#include "recorder/observe/residency.h"

#include <array>

namespace heapreel::observe {
namespace {

constexpr uint64_t kPresentOrSwapped = uint64_t{3} << 62;  // Documentation/admin-guide/mm/pagemap.rst

uint64_t first_page(const LargeBlock& block) { return block.address / page_bytes(); }
uint64_t end_page(const LargeBlock& block) { return (block.address + block.bytes + page_bytes() - 1) / page_bytes(); }

}  // namespace

TouchedPages touched_pages(const ProcessFiles& files, uint64_t first, uint64_t end, const BetweenReads& between) {
  std::array<uint64_t, 8192> entries;
  TouchedPages touched;
  for (uint64_t at = first; at < end;) {
    const size_t got = files.read_pagemap(at, std::span(entries).first(std::min<uint64_t>(entries.size(), end - at)));
    if (got == 0) break;
    for (size_t i = 0; i < got; ++i) {
      if ((entries[i] & kPresentOrSwapped) == 0) continue;
      if (touched.prefix == at + i - first) ++touched.prefix;
      ++touched.count;
    }
    at += got;
    between();
  }
  return touched;
}

// Follows the map's list of blocks and keeps what is known of those that are still there.
void ResidencyProbe::take_changes(const MallocMap& map) {
  const uint64_t changes = map.large_changes();
  if (changes == changes_seen_) return;
  changes_seen_ = changes;
  std::vector<Probed> now;
  size_t old = 0;
  for (const LargeBlock& block : map.large_blocks()) {
    Probed& probed = now.emplace_back();
    while (old < probed_.size() && probed_[old].block.address < block.address) ++old;
    if (old < probed_.size() && probed_[old].block.serial == block.serial) probed = probed_[old];
    probed.block = block;
  }
  probed_.swap(now);
}

// The touched pages of a block.
uint64_t ResidencyProbe::look(const ProcessFiles& files, Probed& probed, uint64_t now_ns,
                              const BetweenReads& between) const {
  const uint64_t first = first_page(probed.block);
  const uint64_t end = end_page(probed.block);
  const bool all = probed.looked_ns == 0 || now_ns - probed.looked_ns >= recheck_ns_;
  const uint64_t skipped = all ? 0 : std::min(probed.prefix_pages, end - first);
  if (all) probed.looked_ns = now_ns;
  if (skipped == end - first) return skipped;
  const TouchedPages touched = touched_pages(files, first + skipped, end, between);
  probed.prefix_pages = skipped + touched.prefix;
  return skipped + touched.count;
}

void ResidencyProbe::pass(const ProcessFiles& files, const MallocMap& map, uint64_t now_ns, const Clock& clock,
                          const BetweenReads& between, std::vector<reel::ResidencyNote>& notes) {
  take_changes(map);
  for (Probed& probed : probed_) {
    const uint64_t time = clock();
    const uint64_t pages = look(files, probed, now_ns, between);
    if (pages == probed.pages) continue;
    probed.pages = pages;
    if (!files.same_image()) return;
    notes.push_back({.time = time, .block = probed.block.address, .touched_pages = pages});
  }
}

}  // namespace heapreel::observe
