// The functions of residency.h.
#include "recorder/observe/residency.h"

#include <array>

namespace heapreel::observe {
namespace {

constexpr uint64_t kPresentOrSwapped = uint64_t{3} << 62;  // Documentation/admin-guide/mm/pagemap.rst

uint64_t first_page(uint64_t address) { return address / page_bytes(); }
uint64_t end_page(uint64_t address, uint64_t bytes) { return (address + bytes + page_bytes() - 1) / page_bytes(); }

}  // namespace

uint64_t touched_pages(const ProcessFiles& files, uint64_t address, uint64_t bytes, const BetweenReads& between) {
  std::array<uint64_t, 8192> entries;
  const uint64_t end = end_page(address, bytes);
  uint64_t touched = 0;
  for (uint64_t at = first_page(address); at < end;) {
    const size_t got = files.read_pagemap(at, std::span(entries).first(std::min<uint64_t>(entries.size(), end - at)));
    if (got == 0) break;
    for (size_t i = 0; i < got; ++i) touched += (entries[i] & kPresentOrSwapped) != 0 ? 1 : 0;
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
    if (probed.block.bytes != block.bytes) probed.full = false;
    probed.block = block;
  }
  probed_.swap(now);
}

void ResidencyProbe::pass(const ProcessFiles& files, const MallocMap& map, uint64_t now_ns, const Clock& clock,
                          const BetweenReads& between, std::vector<reel::ResidencyNote>& notes) {
  take_changes(map);
  for (Probed& probed : probed_) {
    if (probed.full && now_ns - probed.looked_ns < recheck_ns_) continue;
    const LargeBlock& block = probed.block;
    const uint64_t time = clock();
    const uint64_t pages = touched_pages(files, block.address, block.bytes, between);
    probed.looked_ns = now_ns;
    probed.full = pages == end_page(block.address, block.bytes) - first_page(block.address);
    if (pages == probed.pages) continue;
    probed.pages = pages;
    if (!files.same_image()) return;
    notes.push_back({.time = time, .block = block.address, .touched_pages = pages});
  }
}

}  // namespace heapreel::observe
