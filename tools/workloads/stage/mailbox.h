// Hands things from actor to actor, or to oneself at a later time. Nobody sees a thing before its time.
//
// Several readers may wait for one mailbox; the first one to come gets the next thing.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "tools/workloads/stage/stage.h"

namespace heapreel::workloads {

template <class Thing>
class Mailbox {
 public:
  explicit Mailbox(Stage& stage) : stage_(&stage) {}

  // To be had from `delay_ns` after the sender's present on.
  void send(const SimThread& from, Thing thing, uint64_t delay_ns = 0) {
    const uint64_t time = from.now() + delay_ns;
    letters_.push_back({time, sent_++, std::move(thing)});
    std::push_heap(letters_.begin(), letters_.end(), later);
    if (waiting_.empty()) return;
    SimThread* const reader = waiting_.front();
    waiting_.erase(waiting_.begin());
    stage_->wake(*reader, time + 1);
  }

  // The thing of the earliest time, if that has come.
  std::optional<Thing> receive(const SimThread& self) {
    if (letters_.empty() || letters_.front().time >= self.now()) return std::nullopt;
    std::pop_heap(letters_.begin(), letters_.end(), later);
    Thing thing = std::move(letters_.back().thing);
    letters_.pop_back();
    return thing;
  }

  // What a step returns that has received nothing: the thread sleeps until there is something, or looks again shortly,
  // as something more urgent may be sent meanwhile.
  Step wait(SimThread& self) {
    if (letters_.empty()) {
      waiting_.push_back(&self);
      return Step::kPark;
    }
    self.wait_until(std::min(letters_.front().time + 1, self.now() + kLookAgainNs));
    return Step::kAgain;
  }

  size_t size() const { return letters_.size(); }
  // When the next thing can be had, as far as is known yet; the end of time if nothing is on its way.
  uint64_t next_at() const { return letters_.empty() ? ~uint64_t{0} : letters_.front().time + 1; }

 private:
  static constexpr uint64_t kLookAgainNs = 1'000'000;

  struct Letter {
    uint64_t time;
    uint64_t number;
    Thing thing;
  };
  static bool later(const Letter& a, const Letter& b) {
    return a.time != b.time ? a.time > b.time : a.number > b.number;
  }

  Stage* stage_;
  std::vector<Letter> letters_;  // a heap, the earliest first
  uint64_t sent_ = 0;
  std::vector<SimThread*> waiting_;
};

}  // namespace heapreel::workloads
