// A history of threads that hand blocks to each other, of which everything is known, and the capture that recorders
// with clocks of their own would have made of it: each thread's clock is off by its skew, so that the capture's stamps
// contradict the order in which things happened.
//
// On one address births are at least kAddressRest apart, and so are deaths: a chain of free and reuse that is faster
// than the skew of the clocks leaves no trace of its order, and nobody can tell it.
#pragma once

#include <deque>

#include "tests/trace_format/random_events.h"

namespace heapreel::tests {

struct TrueHistory {
  std::vector<Event> capture;   // as recorded, in the order in which it happened
  std::vector<uint64_t> born;   // for each event: the true identity it brought, freed or read
  std::vector<uint64_t> taken;  // the true identity that a realloc took
};

struct HistoryOptions {
  uint32_t threads = 4;
  uint64_t skew_ticks_max = 1000;
  size_t events = 5000;
};

class HistoryMaker {
 public:
  HistoryMaker(uint64_t seed, const HistoryOptions& options)
      : options_(options), random_(seed), busy_until_(options.threads), last_stamp_(options.threads) {
    for (uint32_t i = 0; i < options.threads; ++i) skew_.push_back(10'000 + random_.below(options.skew_ticks_max + 1));
  }

  TrueHistory make() {
    while (history_.capture.size() < options_.events) {
      now_ += random_.below(300);
      const auto thread = static_cast<uint32_t>(random_.below(options_.threads));
      if (busy_until_[thread] > now_) continue;
      const uint64_t dice = random_.below(10);
      if (dice < 5 || live_.empty())
        allocate(thread);
      else if (dice < 9)
        release(thread);
      else
        reallocate(thread);
    }
    return std::move(history_);
  }

 private:
  static constexpr uint64_t kAddressRest = 3000;

  struct Place {
    uint64_t address;
    uint64_t born_at;
    uint64_t died_at;
    uint64_t identity;
  };

  // What was freed first is handed out first, as soon as it may be; else something fresh.
  Place take_place(uint64_t when) {
    if (!free_.empty() && free_.front().born_at + kAddressRest <= when && free_.front().died_at <= when) {
      const Place place = free_.front();
      free_.pop_front();
      return place;
    }
    return {next_address_ += 64, 0, 0, 0};
  }

  void put(uint32_t thread, Event event, uint64_t when, uint64_t born, uint64_t taken) {
    event.thread = thread;
    event.time = std::max(last_stamp_[thread], when + skew_[thread]);
    last_stamp_[thread] = event.time;
    history_.capture.push_back(event);
    history_.born.push_back(born);
    history_.taken.push_back(taken);
  }

  void allocate(uint32_t thread) {
    Place place = take_place(now_);
    place.born_at = now_;
    place.identity = next_identity_++;
    live_.push_back(place);
    put(thread, malloc_of(0, 0, random_.below(500), place.address), now_, place.identity, 0);
  }

  // The index of a block that may die now; the number of live ones if there is none.
  size_t victim() {
    for (int tries = 0; tries < 5; ++tries) {
      const size_t index = live_.size() - 1 - random_.below(std::min<size_t>(live_.size(), 20));
      const Place& place = live_[index];
      const bool rested = place.died_at == 0 || place.died_at + kAddressRest <= now_;
      if (rested && place.born_at <= now_) return index;
    }
    return live_.size();
  }

  Place bury(size_t index) {
    Place place = live_[index];
    live_.erase(live_.begin() + static_cast<ptrdiff_t>(index));
    place.died_at = now_;
    free_.push_back(place);
    return place;
  }

  void release(uint32_t thread) {
    const size_t index = victim();
    if (index == live_.size()) return;
    const Place place = bury(index);
    put(thread, free_of(0, 0, place.address), now_, place.identity, 0);
  }

  // The old block is free from the start of the call on; the new one is there at its end.
  void reallocate(uint32_t thread) {
    const size_t index = victim();
    if (index == live_.size()) return;
    const Place old = bury(index);
    const uint64_t duration = random_.below(2000);
    Place place = take_place(now_);
    place.born_at = now_ + duration;
    place.identity = next_identity_++;
    Event event = realloc_of(0, 0, 700, old.address, place.address, static_cast<uint32_t>(duration));
    put(thread, event, now_ + duration, place.identity, old.identity);
    busy_until_[thread] = now_ + duration;
    live_.push_back(place);
  }

  HistoryOptions options_;
  Random random_;
  TrueHistory history_;
  uint64_t now_ = 0;
  uint64_t next_identity_ = 1;
  uint64_t next_address_ = 0x7000'0000;
  std::vector<uint64_t> skew_;
  std::vector<uint64_t> busy_until_;
  std::vector<uint64_t> last_stamp_;
  std::vector<Place> live_;
  std::deque<Place> free_;
};

}  // namespace heapreel::tests
