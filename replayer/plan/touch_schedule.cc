// The placing of touch_schedule.h.
#include "replayer/plan/touch_schedule.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace heapreel::plan {
namespace {

// Occasions of a note (reel.proto).
constexpr uint32_t kAtFree = 1;
constexpr uint32_t kAtRealloc = 2;

constexpr uint64_t kLatePerSecond = 1000;  // a note may be a thousandth of a second late
constexpr uint64_t kEndOfTime = ~uint64_t{0};

}  // namespace

TouchSchedule::TouchSchedule(const reel::proto::Metadata& metadata, bool by_address) : by_address_(by_address) {
  const uint64_t hz = metadata.clock().ticks_per_second();
  late_ticks_max_ = by_address ? (hz != 0 ? hz : 1'000'000'000) / kLatePerSecond : kEndOfTime;
  for (const reel::proto::Residency& piece : metadata.residency()) read(piece);
  std::stable_sort(notes_.begin(), notes_.end(), [](const Note& a, const Note& b) { return a.time < b.time; });
  make_sites();
  if (!notes_.empty()) next_time_ = notes_.front().time;
}

// Of a piece whose lists differ in length, what all of them tell is taken.
void TouchSchedule::read(const reel::proto::Residency& piece) {
  const auto [fewest, most] = std::minmax(
      {piece.time_steps_size(), piece.block_steps_size(), piece.resident_pages_size(), piece.occasions_size()});
  dropped_ += static_cast<uint64_t>(most - fewest);
  Note note;
  for (int i = 0; i < fewest; ++i) {
    note.time += piece.time_steps(i);
    note.block += static_cast<uint64_t>(piece.block_steps(i));
    note.pages = piece.resident_pages(i);
    note.tells_of_death = piece.occasions(i) == kAtFree || piece.occasions(i) == kAtRealloc;
    notes_.push_back(note);
  }
}

void TouchSchedule::make_sites() {
  of_sites_.resize(notes_.size());
  std::iota(of_sites_.begin(), of_sites_.end(), 0U);
  std::stable_sort(of_sites_.begin(), of_sites_.end(),
                   [this](uint32_t a, uint32_t b) { return notes_[a].block < notes_[b].block; });
  for (size_t i = 0; i < of_sites_.size(); ++i) {
    const uint64_t block = note_at(i).block;
    if (sites_.empty() || sites_.back().block != block) {
      if (block != reel::kNoObject) site_of_block_.add(block, static_cast<uint32_t>(sites_.size()));
      sites_.push_back({.block = block, .next = i, .end = i});
    }
    sites_.back().end = i + 1;
    note_at(i).site = static_cast<uint32_t>(sites_.size() - 1);
  }
}

bool TouchSchedule::next_before(uint64_t time, Touch& touch) {
  while (next_ < notes_.size() && notes_[next_].time < time) {
    Note& note = notes_[next_++];
    next_time_ = next_ < notes_.size() ? notes_[next_].time : kEndOfTime;
    Site& site = sites_[note.site];
    while (site.next < site.end && of_sites_[site.next] < next_) ++site.next;
    if (note.used) continue;
    note.used = true;
    if (site.object == reel::kNoObject || site.born > note.time) {
      leave_out(site, note);
      continue;
    }
    touch = {site.object, note.pages, note.time};
    return true;
  }
  return false;
}

// Of nobody, or of somebody who is yet to be born.
void TouchSchedule::leave_out(Site& site, const Note& note) {
  ++dropped_;
  if (by_address_) return;
  site.early_notes += 1;
  site.early_pages = std::max(site.early_pages, note.pages);
}

uint64_t TouchSchedule::birth(uint64_t object, uint64_t address, uint64_t time) {
  const uint64_t block = by_address_ ? address : object;
  const uint32_t* const found = block == reel::kNoObject ? nullptr : site_of_block_.find(block);
  if (found == nullptr) return 0;
  Site& site = sites_[*found];
  site.object = object;
  site.born = time;
  (void)site_of_object_.try_add(object, *found);
  dropped_ -= std::exchange(site.early_notes, 0U);
  return std::exchange(site.early_pages, 0U);
}

uint64_t TouchSchedule::death(uint64_t object, const reel::EventBatch& batch, size_t position) {
  uint32_t index = 0;
  if (object == reel::kNoObject || !site_of_object_.remove(object, index)) return 0;
  Site& site = sites_[index];
  if (site.object != object) return 0;  // somebody lives there already: a realloc frees its old block early
  site.object = reel::kNoObject;
  uint64_t pages = 0;
  if (take_at_death(site, batch.events[position].time, pages)) return pages;
  return std::max(pages, take_late(site, batch, position));
}

// Of the notes at the very moment of a death only the first that tells of one is of this one: one stamp may stand for
// several events. Whether there was one that does.
bool TouchSchedule::take_at_death(Site& site, uint64_t time, uint64_t& pages) {
  while (site.next < site.end && note_at(site.next).time <= time) {
    Note& note = note_at(site.next++);
    if (note.used) continue;
    note.used = true;
    pages = std::max(pages, note.pages);
    if (note.tells_of_death) return true;
  }
  return false;
}

uint64_t TouchSchedule::take_late(const Site& site, const reel::EventBatch& batch, size_t position) {
  const uint64_t died = batch.events[position].time;
  uint64_t pages = 0;
  for (size_t i = site.next; i < site.end; ++i) {
    Note& note = note_at(i);
    if (note.time - died > late_ticks_max_) break;
    if (note.used || (by_address_ && !note.tells_of_death)) continue;
    if (by_address_ && born_again(site.block, note.time, batch, position)) break;
    note.used = true;
    pages = std::max(pages, note.pages);
    if (note.tells_of_death) break;
  }
  return pages;
}

bool TouchSchedule::born_again(uint64_t address, uint64_t until, const reel::EventBatch& batch, size_t position) const {
  for (size_t i = position + 1; i < batch.events.size() && batch.events[i].time <= until; ++i)
    if (i < batch.addresses.size() && batch.addresses[i] == address) return true;
  return false;
}

}  // namespace heapreel::plan
