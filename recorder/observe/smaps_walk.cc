// The functions of smaps_walk.h.
#include "recorder/observe/smaps_walk.h"

#include <algorithm>
#include <array>

namespace heapreel::observe {
namespace {

constexpr uint64_t kJoinBytes = uint64_t{256} << 10;
constexpr std::string_view kOurs = "/memfd:heapreel";

// Bits of an entry of /proc/PID/pagemap (Documentation/admin-guide/mm/pagemap.rst).
constexpr uint64_t kPresent = uint64_t{1} << 63;
constexpr uint64_t kOfFile = uint64_t{1} << 61;

// Joins extents that are in order of their starts, where they meet or nearly meet.
void join(std::vector<Extent>& extents) {
  size_t kept = 0;
  for (const Extent& extent : extents) {
    if (kept > 0 && extent.start < extents[kept - 1].end + kJoinBytes)
      extents[kept - 1].end = std::max(extents[kept - 1].end, extent.end);
    else
      extents[kept++] = extent;
  }
  extents.resize(kept);
}

}  // namespace

uint64_t count_anon_bytes(const ProcessFiles& files, Extent extent, const BetweenReads& between) {
  std::array<uint64_t, 4096> entries;
  const uint64_t page = page_bytes();
  const uint64_t last = (extent.end + page - 1) / page;
  uint64_t pages = 0;
  for (uint64_t at = extent.start / page; at < last;) {
    const size_t wanted = std::min<uint64_t>(entries.size(), last - at);
    const size_t got = files.read_pagemap(at, std::span(entries).first(wanted));
    if (got == 0) break;
    for (size_t i = 0; i < got; ++i) pages += (entries[i] & (kPresent | kOfFile)) == kPresent ? 1 : 0;
    at += got;
    between();
  }
  return pages * page;
}

std::optional<WalkReading> SmapsWalk::walk(const ProcessFiles& files, const BetweenReads& between) {
  begin();
  const CountPages count = [&](Extent extent) { return count_anon_bytes(files, extent, between); };
  SmapsParser parser([&](const Vma& vma) { visit(vma, count); });
  std::array<char, 16384> piece;
  uint64_t offset = 0;
  while (const size_t size = files.read_smaps(offset, piece)) {
    parser.feed({piece.data(), size});
    between();
  }
  parser.finish();
  if (reading_.mappings == 0 || !files.same_image()) return std::nullopt;
  return end();
}

void SmapsWalk::begin() {
  reading_ = {};
  blocks_ = map_.large_blocks();
  block_mapped_.assign(blocks_.size(), false);
  block_next_ = 0;
  mapped_until_ = 0;
  unmapped_granules_.clear();
  unmapped_serials_.clear();
}

void SmapsWalk::visit(const Vma& vma, const CountPages& count) {
  if (vma.start < mapped_until_) return;  // out of order: not a walk of the kernel's
  see_unmapped(vma.start);
  mapped_until_ = vma.end;
  ++reading_.mappings;
  for (; block_next_ < blocks_.size() && blocks_[block_next_].address + blocks_[block_next_].bytes <= vma.start;)
    ++block_next_;
  for (size_t i = block_next_; i < blocks_.size() && blocks_[i].address < vma.end; ++i) block_mapped_[i] = true;
  if (vma.name.starts_with(kOurs)) return;
  reading_.anon_bytes += vma.anon_bytes;
  reading_.anon_huge_bytes += vma.anon_huge_bytes;
  reading_.lazy_free_bytes += vma.lazy_free_bytes;
  reading_.swap_bytes += vma.swap_bytes;
  if (vma.anon_bytes > 0) reading_.non_malloc_bytes += non_malloc_of(vma, count);
}

uint64_t SmapsWalk::non_malloc_of(const Vma& vma, const CountPages& count) {
  collect_zones({vma.start, vma.end});
  if (zones_.empty()) return vma.anon_bytes;
  uint64_t bytes = 0;
  uint64_t at = vma.start;
  for (const Extent& zone : zones_) {
    if (zone.start > at) bytes += count({at, zone.start});
    at = zone.end;
  }
  if (at < vma.end) bytes += count({at, vma.end});
  return std::min(bytes, vma.anon_bytes);
}

// Leaves in zones_ what is malloc's of a mapping.
void SmapsWalk::collect_zones(Extent within) {
  const uint64_t page = page_bytes();
  zones_.clear();
  scratch_.clear();
  map_.marked_extents(within.start, within.end, scratch_);
  size_t mark = 0;
  for (size_t i = block_next_; i < blocks_.size() && blocks_[i].address < within.end; ++i) {
    const uint64_t start = blocks_[i].address / page * page;
    const uint64_t end = (blocks_[i].address + blocks_[i].bytes + page - 1) / page * page;
    if (end <= within.start) continue;
    for (; mark < scratch_.size() && scratch_[mark].start < start; ++mark) zones_.push_back(scratch_[mark]);
    zones_.push_back({std::max(start, within.start), std::min(end, within.end)});
  }
  zones_.insert(zones_.end(), scratch_.begin() + static_cast<ptrdiff_t>(mark), scratch_.end());
  join(zones_);
}

// Between the mapping before and `until` nothing is mapped. Only whole granules count.
void SmapsWalk::see_unmapped(uint64_t until) {
  const uint64_t start = (mapped_until_ + kGranuleBytes - 1) / kGranuleBytes * kGranuleBytes;
  const uint64_t end = until / kGranuleBytes * kGranuleBytes;
  if (start >= end) return;
  scratch_.clear();
  map_.marked_extents(start, end, scratch_);
  for (const Extent& extent : scratch_)
    for (uint64_t at = extent.start; at < extent.end; at += kGranuleBytes) unmapped_granules_.insert(at);
}

WalkReading SmapsWalk::end() {
  see_unmapped(uint64_t{1} << 47);
  for (size_t i = 0; i < blocks_.size(); ++i)
    if (!block_mapped_[i]) unmapped_serials_.insert(blocks_[i].serial);
  // Twice in a row, since the mappings are read over some time: what is born meanwhile must not be forgotten.
  for (const uint64_t granule : unmapped_granules_)
    if (unmapped_granules_before_.contains(granule)) map_.forget_granule(granule);
  for (const LargeBlock& block : blocks_)
    if (unmapped_serials_.contains(block.serial) && unmapped_serials_before_.contains(block.serial))
      map_.forget_block(block.address, block.serial);
  unmapped_granules_before_.swap(unmapped_granules_);
  unmapped_serials_before_.swap(unmapped_serials_);
  return reading_;
}

}  // namespace heapreel::observe
