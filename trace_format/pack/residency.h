// Turns what a capture says of resident pages by address into notes by object number, while its events pass.
//
// A note belongs to the object that lives at its address at its time. A note taken when a block was freed or
// reallocated may be a little later than the death that it tells of: it belongs to the last one to live there. What
// nobody lives at is dropped and counted. Memory: the notes, and the objects that live at their addresses.
#pragma once

#include <map>
#include <vector>

#include "trace_format/base/flat_map.h"
#include "trace_format/resolve/event_stream.h"
#include "trace_format/wire/reel.pb.h"

namespace heapreel::reel {

class ResidencyPlacer {
 public:
  explicit ResidencyPlacer(const proto::Metadata& metadata);

  bool has_notes() const { return !notes_.empty(); }
  // Takes the next events, with their addresses.
  void add(const EventBatch& batch);
  // Writes the notes that found their objects, in order of time; returns how many did not.
  uint64_t finish(proto::Metadata& to);

 private:
  struct Note {
    uint64_t time = 0;
    uint64_t block = 0;  // an address, then an object's number
    uint64_t pages = 0;
    uint32_t occasion = 0;
  };
  // An address of the notes: who lives there, and which notes still wait, by time.
  struct Site {
    uint64_t object = kNoObject;  // the one that lives or lived there last
    uint64_t born = 0;
    uint64_t died = ~uint64_t{0};
    std::vector<uint32_t> notes{};
    size_t next = 0;
  };

  void read(const proto::Residency& piece);
  void birth(uint64_t address, uint64_t object, uint64_t time);
  void death(uint64_t object, uint64_t time);
  void place(Site& site, Note& note);
  void place_until(Site& site, uint64_t time);

  std::vector<Note> notes_;
  std::map<uint64_t, Site> sites_;        // by address
  base::FlatMap<Site*> site_of_address_;  // the same, quickly
  base::FlatMap<Site*> site_of_object_;   // of the living
  uint64_t dropped_ = 0;
};

}  // namespace heapreel::reel
