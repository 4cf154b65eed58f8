// When the pages of large blocks were touched: the reel's notes of resident pages, handed out while its events pass.
//
// Which note is of which object is what trace_format/pack/residency.h says; here it is found out in step with the
// events, because each note becomes an op at its place. A note by address that tells of a death belongs to the block
// that has just died there if it is at most 1 ms late and nobody was born there in between.
#pragma once

#include <vector>

#include "trace_format/base/flat_map.h"
#include "trace_format/resolve/event_stream.h"
#include "trace_format/wire/reel.pb.h"

namespace heapreel::plan {

// So many pages of an object had been touched by then.
struct Touch {
  uint64_t object = 0;
  uint64_t pages = 0;
  uint64_t time = 0;  // in ticks
};

class TouchSchedule {
 public:
  // `by_address`: the reel is a capture, its notes name addresses.
  TouchSchedule(const reel::proto::Metadata& metadata, bool by_address);

  bool has_notes() const { return !notes_.empty(); }
  // Whether next_before() has anything to look at.
  bool is_due(uint64_t time) const { return next_time_ < time; }
  // The next note from before a time whose block lives; false if there is none. Times must not decrease.
  bool next_before(uint64_t time, Touch& touch);

  // What events do to objects; of events at one time, next_before() comes first. A birth has the address that the batch
  // tells. How many pages are told of it from before, as may be where times are not exact; 0 else.
  uint64_t birth(uint64_t object, uint64_t address, uint64_t time);
  // How many pages the note of this death tells of, 0 if there is none. The events that follow are looked into.
  uint64_t death(uint64_t object, const reel::EventBatch& batch, size_t position);

  // Notes that found no block.
  uint64_t dropped() const { return dropped_; }

 private:
  struct Note {
    uint64_t time = 0;
    uint64_t block = 0;
    uint64_t pages = 0;
    uint32_t site = 0;
    bool tells_of_death = false;
    bool used = false;
  };
  // Where notes are about: an address, and who lives there; or an object.
  struct Site {
    uint64_t block = 0;
    uint64_t object = reel::kNoObject;
    uint64_t born = 0;
    size_t next = 0;  // in of_sites_: its first note that is not behind us
    size_t end = 0;
    uint64_t early_pages = 0;  // of notes by number from before the birth
    uint64_t early_notes = 0;
  };

  void read(const reel::proto::Residency& piece);
  void make_sites();
  Note& note_at(size_t of_sites) { return notes_[of_sites_[of_sites]]; }
  bool take_at_death(Site& site, uint64_t time, uint64_t& pages);
  void leave_out(Site& site, const Note& note);
  uint64_t take_late(const Site& site, const reel::EventBatch& batch, size_t position);
  bool born_again(uint64_t address, uint64_t until, const reel::EventBatch& batch, size_t position) const;

  bool by_address_;
  uint64_t late_ticks_max_;
  std::vector<Note> notes_;         // by time
  std::vector<uint32_t> of_sites_;  // the same as positions, site by site
  std::vector<Site> sites_;
  base::FlatMap<uint32_t, 6> site_of_block_;
  base::FlatMap<uint32_t, 6> site_of_object_;  // of the living
  size_t next_ = 0;                            // in notes_
  uint64_t next_time_ = ~uint64_t{0};
  uint64_t dropped_ = 0;
};

}  // namespace heapreel::plan
