// The event loop of portrait_tally.h, and what it counted as a portrait.
#include "trace_format/summary/portrait_tally.h"

namespace heapreel::reel {
namespace {

// No address space holds a larger block. A reel may claim one all the same; sums must not overflow by it.
constexpr uint64_t kBlockBytesMax = uint64_t{1} << 47;

bool is_call(Op op, const OpTraits& kind) {
  return (kind.allocates || kind.frees || op == Op::kUsableSize) && op != Op::kInherited;
}

// The used bins, in groups of equal size such that there are no more than `most`.
struct Groups {
  size_t first = 0;
  size_t end = 0;  // of the used bins; first if there are none
  size_t step = 1;

  size_t count() const { return (end - first + step - 1) / step; }
  size_t group_of(size_t bin) const { return (bin - first) / step; }
  size_t last_bin(size_t group) const { return std::min(first + (group + 1) * step, end) - 1; }
};

template <class Used>
Groups groups_of(size_t bins, size_t most, Used used) {
  Groups groups{.first = 0, .end = bins};
  while (groups.end > 0 && !used(groups.end - 1)) --groups.end;
  while (groups.first < groups.end && !used(groups.first)) ++groups.first;
  groups.step = std::max<size_t>(1, (groups.end - groups.first + most - 1) / most);
  return groups;
}

}  // namespace

PortraitTally::PortraitTally(uint64_t ticks_per_second)
    : whole_ns_(base::kNsPerSecond / ticks_per_second), ticks_per_second_(ticks_per_second), bins_(ticks_per_second) {
  __extension__ using Wide = unsigned __int128;
  part_ns_ = static_cast<uint64_t>((Wide{base::kNsPerSecond % ticks_per_second} << 64) / ticks_per_second);
}

void PortraitTally::add(const EventBatch& batch) {
  uint64_t next_object = batch.first_object;
  for (const Event& event : batch.events) add(event, next_object);
}

uint32_t PortraitTally::bin_of(uint64_t time) {
  return bins_.bin_of(time, [this] { threads_.halve_bins(); });
}

// A nanosecond less than the exact figure at times, for want of a division.
uint64_t PortraitTally::lifetime_ns(uint64_t born, uint64_t died) const {
  __extension__ using Wide = unsigned __int128;
  const uint64_t ticks = died > born ? died - born : 0;
  return ticks * whole_ns_ + static_cast<uint64_t>((Wide{ticks} * part_ns_) >> 64);
}

inline void PortraitTally::add(const Event& event, uint64_t& next_object) {
  const OpTraits& kind = traits(event.op);
  last_time_ = std::max(last_time_, event.time);
  const uint32_t bin = bin_of(event.time);
  if (!is_call(event.op, kind) && !kind.allocates) return;
  const uint32_t thread =
      event.op == Op::kInherited ? threads_.place_of(event.thread) : threads_.call(event.thread, event.time, bin);
  calls_[static_cast<uint8_t>(event.op)] += 1;
  const bool born = births(event.op, event.flags);
  Life old;
  bool has_life = false;
  if (kind.frees) {
    if (!live_.take(event.object, old)) return;
    end_life(old, event.time);
    chains_.end(old.chain, old.size);
    threads_.free(thread, old.thread);
    if (old.thread != thread) sizes_[SizeBins::index(old.size)].remote_frees += 1;
    return;
  }
  if (kind.reallocates && releases_old(event.op, event.flags) && live_.take(event.old_object, old)) {
    end_life(old, event.time);
    has_life = true;
    if (!born) chains_.end(old.chain, old.size);
  }
  if (!born) return;
  Life life{.size = std::min(event.size, kBlockBytesMax), .born = event.time, .thread = thread};
  if (has_life) life.chain = chains_.extend(old.chain, old.size, life.size, (event.flags & kMoved) != 0);
  SizeCounts& size = sizes_[SizeBins::index(life.size)];
  size.births += 1;
  size.bytes += life.size;
  threads_.birth(thread, life.size);
  live_.add(next_object++, life);
}

inline void PortraitTally::end_life(const Life& life, uint64_t time) {
  const size_t bin = LifetimeBins::index(std::max<uint64_t>(lifetime_ns(life.born, time), 1));
  grid_[SizeBins::index(life.size)][bin] += 1;
  lifetime_bytes_[bin] += life.size;
}

Portrait PortraitTally::finish() {
  Portrait portrait;
  portrait.duration_ns = bins_.ns_of(last_time_);
  count_survivors(portrait);
  portrait.sizes = size_bins();
  portrait.lifetimes = lifetime_bins();
  portrait.size_by_lifetime = grid();
  threads_.finish(bins_, portrait);
  portrait.reallocs = chains_.finish();
  for (int op = 0; op < kOpLimit; ++op)
    if (calls_[op] != 0 && static_cast<Op>(op) != Op::kInherited)
      portrait.calls[std::string(kOpTraits[op].name)] = calls_[op];
  return portrait;
}

void PortraitTally::count_survivors(Portrait& portrait) {
  NeverFreed& never = portrait.never_freed;
  never.objects_by_birth.resize(bins_.count());
  never.bytes_by_birth.resize(bins_.count());
  live_.for_each([&](const Life& life) {
    never.objects += 1;
    never.bytes += life.size;
    const uint32_t bin = std::min(bins_.bin_of_past(life.born), bins_.count() - 1);
    never.objects_by_birth[bin] += 1;
    never.bytes_by_birth[bin] += life.size;
    never_freed_[SizeBins::index(life.size)] += 1;
    chains_.end(life.chain, life.size);
  });
}

std::vector<SizeBin> PortraitTally::size_bins() const {
  const Groups used = groups_of(sizes_.size(), sizes_.size(), [this](size_t bin) { return sizes_[bin].births > 0; });
  std::vector<SizeBin> bins;
  for (size_t bin = used.first; bin < used.end; ++bin)
    bins.push_back({SizeBins::max_of(bin), sizes_[bin].births, sizes_[bin].bytes, sizes_[bin].remote_frees});
  return bins;
}

std::vector<LifetimeBin> PortraitTally::lifetime_bins() const {
  std::array<uint64_t, LifetimeBins::kCount> objects{};
  for (const GridRow& row : grid_)
    for (size_t bin = 0; bin < row.size(); ++bin) objects[bin] += row[bin];
  const Groups used = groups_of(objects.size(), objects.size(), [&](size_t bin) { return objects[bin] > 0; });
  std::vector<LifetimeBin> bins;
  for (size_t bin = used.first; bin < used.end; ++bin)
    bins.push_back({LifetimeBins::max_of(bin), objects[bin], lifetime_bytes_[bin]});
  return bins;
}

SizeByLifetime PortraitTally::grid() const {
  const Groups rows = groups_of(sizes_.size(), kPortraitGrid, [this](size_t bin) { return sizes_[bin].births > 0; });
  const Groups columns = groups_of(LifetimeBins::kCount, kPortraitGrid - 1, [this](size_t bin) {
    return std::any_of(grid_.begin(), grid_.end(), [bin](const GridRow& row) { return row[bin] > 0; });
  });
  SizeByLifetime told;
  for (size_t i = 0; i < rows.count(); ++i) told.size_max_bytes.push_back(SizeBins::max_of(rows.last_bin(i)));
  for (size_t i = 0; i < columns.count(); ++i)
    told.lifetime_max_ns.push_back(LifetimeBins::max_of(columns.last_bin(i)));
  told.objects.assign(rows.count(), std::vector<uint64_t>(columns.count() + 1));
  for (size_t bin = rows.first; bin < rows.end; ++bin) {
    std::vector<uint64_t>& row = told.objects[rows.group_of(bin)];
    for (size_t column = columns.first; column < columns.end; ++column)
      row[columns.group_of(column)] += grid_[bin][column];
    row.back() += never_freed_[bin];
  }
  return told;
}

}  // namespace heapreel::reel
