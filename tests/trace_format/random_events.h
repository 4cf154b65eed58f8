// Random streams of events that use all that an event can be: every kind and flag, failures, every form of realloc,
// frees that are told the truth or not, of blocks born elsewhere, dead already or null, extreme sizes and alignments.
//
// Under Naming::kAddress objects are addresses from an allocator that likes to hand out again what was freed; under
// Naming::kNumber they are numbered in order of birth. Seeded: the same seed gives the same stream everywhere.
#pragma once

#include <algorithm>
#include <vector>

#include "tests/trace_format/events.h"
#include "trace_format/codec/columns.h"

namespace heapreel::tests {

// A small generator of our own: those of the standard library differ from one to the next.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15U + 1) {}
  uint64_t next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return state_ * 0x2545F4914F6CDD1DU;
  }
  uint64_t below(uint64_t limit) { return (next() >> 11) % limit; }
  bool one_in(uint64_t n) { return below(n) == 0; }
  template <class List>
  const auto& pick(const List& list) {
    return list[below(list.size())];
  }

 private:
  uint64_t state_;
};

struct RandomOptions {
  reel::Naming naming = reel::Naming::kAddress;
  uint32_t threads = 1;
  uint64_t first_object = 1;
  uint64_t first_time = 0;
  uint64_t step_ticks_max = 1000;
  bool times_go_back = false;
  uint32_t stamp_every = 1;    // the events between repeat the last time
  uint32_t stacks = 0;         // allocations have one of so many call stacks, or none
  bool odd_addresses = false;  // not only multiples of 16; then all addresses and sizes stay below 2^47
};

struct RandomStream {
  std::vector<Event> events;
  std::vector<uint64_t> addresses;  // of each event's birth, 0 without
};

class StreamMaker {
 public:
  StreamMaker(uint64_t seed, const RandomOptions& options)
      : random_(seed), options_(options), time_(options.first_time), next_object_(options.first_object) {}

  RandomStream make(size_t count) {
    RandomStream stream;
    for (size_t i = 0; i < count; ++i) {
      address_ = 0;
      Event event = make_event();
      event.time = next_time();
      event.thread = thread();
      if (options_.stacks != 0 && reel::traits(event.op).allocates) event.stack = stack();
      event.duration = static_cast<uint32_t>(random_.one_in(50) ? random_.next() : random_.below(300));
      stream.events.push_back(event);
      stream.addresses.push_back(address_);
    }
    return stream;
  }

 private:
  struct Live {
    uint64_t object;
    uint64_t address;
    uint64_t size;
    uint8_t align_log2;
  };

  bool by_address() const { return options_.naming == reel::Naming::kAddress; }

  uint64_t next_time() {
    if (++since_stamp_ % options_.stamp_every != 0) return time_;
    if (options_.times_go_back && time_ > 5000 && random_.one_in(10))
      time_ -= random_.below(5000);
    else
      time_ += random_.one_in(30) ? random_.below(options_.step_ticks_max * 1000 + 1)
                                  : random_.below(options_.step_ticks_max + 1);
    return time_;
  }

  // Threads come in runs, and all of them in time.
  uint32_t thread() {
    if (random_.one_in(3)) thread_ = static_cast<uint32_t>(random_.below(options_.threads));
    return by_address() ? 7 : 1 + thread_ * 13;
  }

  Event make_event() {
    const uint64_t dice = random_.below(100);
    if (dice < 45 || (live_.empty() && dice < 90)) return allocation();
    if (dice < 80) return release();
    if (dice < 92) return reallocation();
    return rare();
  }

  uint64_t size() {
    const uint64_t any = any_size();
    return options_.odd_addresses ? any % (uint64_t{1} << 47) : any;
  }

  uint64_t any_size() {
    switch (random_.below(12)) {
      case 0:
        return (uint64_t{1} << random_.below(64)) + random_.below(3) - 1;
      case 1:
        return random_.one_in(20) ? ~uint64_t{0} : uint64_t{1} << 40;
      case 2:
        return random_.below(1U << 20);
      case 3:
        return 0;
      default:
        return 8 * random_.below(12);
    }
  }

  uint8_t align_log2() { return static_cast<uint8_t>(random_.one_in(8) ? random_.below(64) : 0); }
  uint8_t some_flags() { return random_.one_in(12) ? uint8_t{reel::kRuntime} : uint8_t{0}; }

  uint64_t random_address() {
    const uint64_t address = options_.odd_addresses ? random_.below(uint64_t{1} << 47) : random_.next() & ~uint64_t{15};
    return address != 0 ? address : 16;
  }

  uint64_t fresh_address() {
    for (;;) {
      uint64_t address = next_fresh_ += 16 + (random_.below(4) << 4);
      if (!freed_.empty() && random_.one_in(2)) {
        address = freed_.back();
        freed_.pop_back();
      } else if (random_.one_in(10)) {
        address = random_address();
      }
      const bool lives = std::any_of(live_.begin(), live_.end(), [&](const Live& it) { return it.address == address; });
      if (!lives) return address;
    }
  }

  void birth(Event& event, uint64_t address) {
    address_ = address;
    event.object = by_address() ? address : next_object_++;
    live_.push_back({event.object, address, event.size, event.align_log2});
  }

  Live take(size_t index) {
    const Live gone = live_[index];
    live_.erase(live_.begin() + static_cast<ptrdiff_t>(index));
    freed_.push_back(gone.address);
    dead_.push_back(gone.object);
    return gone;
  }
  // The young die first.
  size_t some_index() {
    const size_t depth =
        random_.one_in(4) ? random_.below(live_.size()) : random_.below(std::min<size_t>(live_.size(), 5));
    return live_.size() - 1 - depth;
  }

  // An object that does not live here: born before this stream, or dead.
  uint64_t stranger() {
    if (!dead_.empty() && random_.one_in(3)) return random_.pick(dead_);
    return by_address() ? random_address() : 1 + random_.below(std::max<uint64_t>(options_.first_object, 2) - 1);
  }

  Event allocation() {
    static const auto kKinds = kinds_where([](const auto& kind) { return kind.allocates && !kind.reallocates; });
    Event event{.size = size(), .op = random_.one_in(3) ? random_.pick(kKinds) : Op::kMalloc, .flags = some_flags()};
    event.align_log2 = align_log2();
    if (random_.one_in(20))
      event.flags |= reel::kFailed;
    else
      birth(event, fresh_address());
    return event;
  }

  Event reallocation() {
    Event event{.size = size(), .op = random_.one_in(4) ? Op::kReallocarray : Op::kRealloc, .flags = some_flags()};
    const uint64_t form = random_.below(8);
    const bool has_old = form < 5;
    const bool known = has_old && !live_.empty() && !random_.one_in(6);
    const size_t index = known ? some_index() : 0;
    if (has_old) event.old_object = known ? live_[index].object : stranger();
    if (form == 0) {
      event.flags |= reel::kFailed;
      return event;
    }
    uint64_t address = known ? live_[index].address : by_address() && has_old ? event.old_object : 0;
    if (known) take(index);
    if (form == 1) {
      event.flags |= reel::kNoResult;
      return event;
    }
    if (form == 5) event.flags |= reel::kNullOld;
    if (form > 5) event.flags |= reel::kUnknown;
    const bool stays = has_old && form == 2 && !is_live(address) && address != 0;
    if (stays) std::erase(freed_, address);
    if (!stays) address = fresh_address();
    birth(event, address);
    if (has_old && !stays) event.flags |= reel::kMoved;
    if (by_address() && has_old && event.object == event.old_object) event.flags &= static_cast<uint8_t>(~reel::kMoved);
    return event;
  }

  // A few stacks are busy; now and then one has a giant number.
  uint32_t stack() {
    if (random_.one_in(6)) return 0;
    if (random_.one_in(50)) return ~static_cast<uint32_t>(random_.below(3));
    const uint64_t few = std::min<uint64_t>(options_.stacks, 7);
    return 1 + static_cast<uint32_t>(random_.below(random_.one_in(3) ? options_.stacks : few));
  }

  bool is_live(uint64_t address) const {
    return std::any_of(live_.begin(), live_.end(), [&](const Live& it) { return it.address == address; });
  }

  Event release() {
    static const auto kKinds = kinds_where([](const auto& kind) { return kind.frees; });
    Event event{.op = random_.one_in(4) ? random_.pick(kKinds) : random_.one_in(3) ? Op::kDeleteSized : Op::kFree};
    const reel::OpTraits& kind = reel::traits(event.op);
    if (random_.one_in(40)) return event;  // of null
    if (random_.one_in(40)) {
      event.flags = reel::kUnknown;
      return event;
    }
    Live gone{stranger(), 0, size(), align_log2()};
    if (!live_.empty() && !random_.one_in(8)) gone = take(some_index());
    event.object = gone.object;
    event.flags = random_.one_in(30) ? uint8_t{reel::kImplied} : some_flags();
    if (kind.sized) event.size = random_.one_in(10) ? size() : gone.size;
    if (kind.aligned) event.align_log2 = random_.one_in(10) ? align_log2() : gone.align_log2;
    return event;
  }

  Event rare() {
    switch (random_.below(5)) {
      case 0:
        return note_of(0, 0, Op::kMark, random_.next() >> random_.below(64));
      case 1:
        return note_of(0, 0, Op::kGap, random_.below(100000));
      case 2:
        return note_of(0, 0, random_.one_in(2) ? Op::kThreadStart : Op::kThreadEnd, random_.below(2000));
      default:
        Event event{.op = Op::kUsableSize};
        if (!random_.one_in(5))
          event.object = live_.empty() || random_.one_in(5) ? stranger() : random_.pick(live_).object;
        event.size = random_.one_in(4) ? size() : 0;
        return event;
    }
  }

  Random random_;
  RandomOptions options_;
  uint64_t time_;
  uint64_t next_object_;
  uint64_t address_ = 0;
  uint64_t next_fresh_ = 0x5500'0000'1000;
  uint32_t thread_ = 0;
  uint32_t since_stamp_ = 0;
  std::vector<Live> live_;
  std::vector<uint64_t> freed_;
  std::vector<uint64_t> dead_;
};

}  // namespace heapreel::tests
