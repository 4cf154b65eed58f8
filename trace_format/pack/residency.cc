// The placing of residency.h.
#include "trace_format/pack/residency.h"

#include <algorithm>

namespace heapreel::reel {
namespace {

// Occasions of a note (reel.proto).
constexpr uint32_t kAtFree = 1;
constexpr uint32_t kAtRealloc = 2;

bool tells_of_a_death(uint32_t occasion) { return occasion == kAtFree || occasion == kAtRealloc; }

}  // namespace

ResidencyPlacer::ResidencyPlacer(const proto::Metadata& metadata) {
  for (const proto::Residency& piece : metadata.residency()) read(piece);
  std::stable_sort(notes_.begin(), notes_.end(), [](const Note& a, const Note& b) { return a.time < b.time; });
  for (uint32_t i = 0; i < notes_.size(); ++i) sites_[notes_[i].block].notes.push_back(i);
  for (auto& [address, site] : sites_)
    if (address != kNoObject) site_of_address_.add(address, &site);
}

// Of a piece whose lists differ in length, what all of them tell is taken; the rest counts as dropped.
void ResidencyPlacer::read(const proto::Residency& piece) {
  const auto [fewest, most] = std::minmax(
      {piece.time_steps_size(), piece.block_steps_size(), piece.resident_pages_size(), piece.occasions_size()});
  dropped_ += static_cast<uint64_t>(most - fewest);
  Note note;
  for (int i = 0; i < fewest; ++i) {
    note.time += piece.time_steps(i);
    note.block += static_cast<uint64_t>(piece.block_steps(i));
    note.pages = piece.resident_pages(i);
    note.occasion = piece.occasions(i);
    notes_.push_back(note);
  }
}

void ResidencyPlacer::add(const EventBatch& batch) {
  uint64_t next_object = batch.first_object;
  for (size_t i = 0; i < batch.events.size(); ++i) {
    const Event& event = batch.events[i];
    if (traits(event.op).frees) death(event.object, event.time);
    if (releases_old(event.op, event.flags))
      death(event.old_object, event.time - std::min<uint64_t>(event.time, event.duration));
    if (births(event.op, event.flags)) birth(batch.addresses[i], next_object++, event.time);
  }
}

void ResidencyPlacer::birth(uint64_t address, uint64_t object, uint64_t time) {
  Site** const found = address == kNoObject ? nullptr : site_of_address_.find(address);
  if (found == nullptr) return;
  Site& site = **found;
  place_until(site, time);
  site.object = object;
  site.born = time;
  site.died = ~uint64_t{0};
  site_of_object_.add(object, &site);
}

// The notes up to the death are the dying object's, but of those at its very moment only the first that tells of a
// death is: one stamp may stand for several events.
void ResidencyPlacer::death(uint64_t object, uint64_t time) {
  Site* found = nullptr;
  if (object == kNoObject || !site_of_object_.remove(object, found)) return;
  place_until(*found, time);
  while (found->next < found->notes.size()) {
    Note& note = notes_[found->notes[found->next]];
    if (note.time != time) break;
    ++found->next;
    place(*found, note);
    if (tells_of_a_death(note.occasion)) break;
  }
  found->died = time;
}

// Places the notes before a time.
void ResidencyPlacer::place_until(Site& site, uint64_t time) {
  for (; site.next < site.notes.size() && notes_[site.notes[site.next]].time < time; ++site.next)
    place(site, notes_[site.notes[site.next]]);
}

void ResidencyPlacer::place(Site& site, Note& note) {
  const bool lives =
      site.object != kNoObject && site.born <= note.time && (note.time <= site.died || tells_of_a_death(note.occasion));
  note.block = lives ? site.object : kNoObject;
}

uint64_t ResidencyPlacer::finish(proto::Metadata& to) {
  for (auto& [address, site] : sites_)
    for (; site.next < site.notes.size(); ++site.next) place(site, notes_[site.notes[site.next]]);
  Note last;
  proto::Residency* piece = nullptr;
  for (const Note& note : notes_) {
    if (note.block == kNoObject) {
      ++dropped_;
      continue;
    }
    if (piece == nullptr) piece = to.add_residency();
    piece->add_time_steps(note.time - last.time);
    piece->add_block_steps(static_cast<int64_t>(note.block - last.block));
    piece->add_resident_pages(note.pages);
    piece->add_occasions(note.occasion);
    last = note;
  }
  return dropped_;
}

}  // namespace heapreel::reel
