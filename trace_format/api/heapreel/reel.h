// Reading reels from other programs: find_package(heapreel), link heapreel::reel, include this.
//
//   auto reel = heapreel::ReelReader::open("app.reel");
//   if (!reel) complain(reel.error().what, reel.error().why);
//   while (auto events = reel->next()) {          // an Error ends the loop, too
//     if (events->empty()) break;                 // the end
//     for (const heapreel::Event& event : *events) ...
//   }
//
// Events come in replay order with objects by number, whatever form the reel has. Damage never ends a reading: it is
// passed over, counted and listed. A reader belongs to one thread at a time; it decodes on threads of its own.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "trace_format/base/result.h"
#include "trace_format/event/event.h"

namespace heapreel {

using base::Error;
using base::Result;
using reel::Event;
using reel::Op;

// The kind's name as `heapreel dump` prints it, and whether the event brings an object into the world or ends one.
inline std::string_view name_of(Op op) { return reel::traits(op).name; }
inline bool births(const Event& event) { return reel::births(event.op, event.flags); }
inline bool frees(const Event& event) { return reel::traits(event.op).frees; }

// Bytes of the file that could not be read.
struct ReelDamage {
  uint64_t offset = 0;
  uint64_t events_lost = 0;
  std::string what;
};

class ReelReader {
 public:
  // `threads` 0: one per processor.
  static Result<ReelReader> open(const std::string& path, unsigned threads = 0);
  ReelReader(ReelReader&&) noexcept;
  ReelReader& operator=(ReelReader&&) noexcept;
  ~ReelReader();

  uint64_t ticks_per_second() const;
  uint64_t to_ns(uint64_t ticks) const;
  // Whether the recording ended in good order, the file was written to its end, and nothing met so far is missing.
  bool complete() const;

  // The next events, valid until the next call; none at the end.
  Result<std::span<const Event>> next();

  // What was met so far.
  std::vector<ReelDamage> damage() const;

 private:
  struct State;
  explicit ReelReader(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace heapreel
