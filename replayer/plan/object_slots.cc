// The hash table of object_slots.h: open addressing, linear probing, backward-shift deletion.
#include "replayer/plan/object_slots.h"

namespace heapreel::plan {

void ObjectSlots::table_add(uint64_t object, uint32_t slot) {
  if (4 * (used_ + 1) > 3 * table_.size()) grow();
  put({tag_of(object), slot});
  ++used_;
}

void ObjectSlots::put(Place place) {
  size_t i = home(place.tag);
  while (table_[i].slot != kNoSlot) i = following(i);
  table_[i] = place;
}

void ObjectSlots::close_hole(size_t hole) {
  for (size_t i = following(hole); table_[i].slot != kNoSlot; i = following(i)) {
    const size_t from_home = (i - home(table_[i].tag)) & (table_.size() - 1);
    const size_t from_hole = (i - hole) & (table_.size() - 1);
    if (from_home < from_hole) continue;
    table_[hole] = table_[i];
    hole = i;
  }
  table_[hole] = {};
}

void ObjectSlots::grow() {
  std::vector<Place> old(table_.size() * 2);
  old.swap(table_);
  ++bits_;
  for (const Place& place : old)
    if (place.slot != kNoSlot) put(place);
}

}  // namespace heapreel::plan
