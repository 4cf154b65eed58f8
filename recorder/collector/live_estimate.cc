// The rarer paths of live_estimate.h.
#include "recorder/collector/live_estimate.h"

#include <utility>

namespace heapreel::collector {

void LiveEstimate::set(uint64_t address, uint64_t bytes, uint64_t time) {
  if (address == 0) return;
  Last* last = places_.find(address);
  if (last == nullptr) {
    sum_ += bytes;
    places_.add(address, {.time = time, .bytes = bytes});
    if (places_.size() > kPlacesMax) [[unlikely]]
      make_room();
    return;
  }
  if (time < last->time) return;
  sum_ += bytes - last->bytes;
  *last = {.time = time, .bytes = bytes};
}

// Free places go; if the living alone are half of the room or more, half of these go, too.
void LiveEstimate::make_room() {
  keep_watched();
  while (places_.size() > kPlacesMax / 2) {
    ++share_bits_;
    keep_watched();
  }
}

void LiveEstimate::inherit(const LiveEstimate& parent) {
  share_bits_ = parent.share_bits_;
  sum_ = 0;
  places_ = {};
  parent.places_.for_each([this](uint64_t address, const Last& last) { set(address, last.bytes, 0); });
}

void LiveEstimate::keep_watched() {
  Places kept;
  sum_ = 0;
  places_.for_each([&](uint64_t address, const Last& last) {
    if (last.bytes == 0 || !is_watched(address)) return;
    sum_ += last.bytes;
    kept.add(address, last);
  });
  places_ = std::move(kept);
}

}  // namespace heapreel::collector
