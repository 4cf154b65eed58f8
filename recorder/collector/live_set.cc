// Births and deaths by address.
#include "recorder/collector/live_set.h"

#include <algorithm>

namespace heapreel::collector {
namespace {

constexpr size_t kContradictionsMax = 1024;  // those that are older than the slack are forgotten then

}  // namespace

void LiveSet::apply(const reel::Event& event) {
  const reel::OpTraits& kind = reel::traits(event.op);
  if (kind.frees) return gone(event.object, event.thread, event.time);
  if (reel::births(event.op, event.flags)) born(event);
}

void LiveSet::release_old(const reel::Event& event) {
  if (reel::releases_old(event.op, event.flags))
    gone(event.old_object, event.thread, event.time - std::min<uint64_t>(event.time, event.duration));
}

void LiveSet::born(const reel::Event& event) {
  if (event.object == reel::kNoObject || overflowed_) return;
  if (settles(early_frees_, event.object, event.thread, event.time)) return;
  const LiveBlock block{
      .size = event.size, .thread = event.thread, .stack = event.stack, .op = event.op, .align_log2 = event.align_log2};
  if (live_.try_add(event.object, block)) {
    overflowed_ = live_.size() > blocks_max_;
    return;
  }
  *live_.find(event.object) = block;
  remember(overlaps_, event.object, event.thread, event.time);
}

void LiveSet::gone(uint64_t address, uint32_t thread, uint64_t time) {
  if (address == reel::kNoObject || settles(overlaps_, address, thread, time)) return;
  LiveBlock dead;
  if (!live_.remove(address, dead)) remember(early_frees_, address, thread, time);
}

// A thread's own order is beyond doubt: only another thread's event can be the other half.
bool LiveSet::settles(Contradictions& pending, uint64_t address, uint32_t thread, uint64_t time) const {
  if (pending.empty()) return false;
  const auto found = pending.find(address);
  if (found == pending.end()) return false;
  const bool settled = found->second.thread != thread && time <= found->second.time + slack_;
  pending.erase(found);
  return settled;
}

void LiveSet::remember(Contradictions& pending, uint64_t address, uint32_t thread, uint64_t time) const {
  if (pending.size() >= kContradictionsMax)
    std::erase_if(pending, [&](const auto& entry) { return entry.second.time + slack_ < time; });
  if (pending.size() < kContradictionsMax) pending[address] = {time, thread};
}

}  // namespace heapreel::collector
