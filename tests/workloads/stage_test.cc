// The stage: calls come out by time, nobody sees a thing before it was done, and everything ends.
#include "tools/workloads/stage/stage.h"

#include <gtest/gtest.h>

#include "tests/workloads/portrait.h"
#include "tools/workloads/stage/mailbox.h"
#include "tools/workloads/stage/random.h"
#include "tools/workloads/stage/sim_lock.h"

namespace heapreel::tests {
namespace {

using reel::Event;
using reel::Op;
using namespace workloads;  // NOLINT: the words of these tests

// An actor by its step.
class Script final : public Actor {
 public:
  explicit Script(std::function<Step(SimThread&)> step) : step_(std::move(step)) {}
  Step step(SimThread& self) override { return step_(self); }

 private:
  std::function<Step(SimThread&)> step_;
};

std::unique_ptr<Actor> script(std::function<Step(SimThread&)> step) {
  return std::make_unique<Script>(std::move(step));
}

// All that a stage hands on.
std::vector<Event> play(Stage& stage) {
  std::vector<Event> events;
  reel::EventBatch batch;
  while (*stage.next(batch)) events.insert(events.end(), batch.events.begin(), batch.events.end());
  return events;
}

// Makes and frees blocks of chance for so many steps of chance.
std::unique_ptr<Actor> busy(uint64_t seed, uint64_t stream, uint64_t steps) {
  return script([random = Random(seed, stream), steps](SimThread& self) mutable {
    const uint64_t calls = random.between(1, 400);
    for (uint64_t i = 0; i < calls; ++i) {
      self.work(random.below(1'000));
      Block block = self.malloc(random.between(1, 100));
      self.free(block);
    }
    if (random.chance(0.05)) self.work(10'000'000);  // far ahead of the others
    return --steps == 0 ? Step::kOver : Step::kAgain;
  });
}

std::string id_of_busy_threads(uint64_t seed) {
  Stage stage({});
  SimThread& first = stage.add_thread(busy(seed, 0, 50));
  for (uint64_t i = 1; i < 4; ++i) stage.add_thread(busy(seed, i, 50), &first);
  const Portrait portrait = portray(stage);
  EXPECT_TRUE(portrait.faults.empty()) << in_words(portrait);
  EXPECT_EQ(portrait.threads.size(), 4U);
  EXPECT_EQ(portrait.births, portrait.deaths) << "nothing that was called is lost";
  EXPECT_EQ(portrait.count(Op::kThreadEnd), 3U) << "the first thread's end is the program's";
  return portrait.content_id;
}

TEST(Stage, CallsComeOutInOrderOfTime) {
  const std::string once = id_of_busy_threads(1);
  EXPECT_EQ(once, id_of_busy_threads(1));
  EXPECT_NE(once, id_of_busy_threads(2));
}

TEST(Stage, NothingIsHandedOnBeforeTheSlowestHasGotThere) {
  Stage stage({});
  uint64_t slow_steps = 0;
  SimThread& fast = stage.add_thread(script([done = false](SimThread& self) mutable {
    if (done) return Step::kOver;
    done = true;
    for (int i = 0; i < 1000; ++i) self.malloc(8);
    return Step::kAgain;
  }));
  stage.add_thread(script([&](SimThread& self) {
                     self.malloc(16);
                     return ++slow_steps < 2000 ? Step::kAgain : Step::kOver;
                   }),
                   &fast);
  const std::vector<Event> events = play(stage);
  ASSERT_EQ(events.size(), 1000U + 2000 + 2);
  for (size_t i = 1; i < events.size(); ++i) ASSERT_LE(events[i - 1].time, events[i].time);
  // They take turns from the first call on.
  const auto fast_ones =
      std::count_if(events.begin(), events.begin() + 200, [](const Event& e) { return e.thread == 0; });
  EXPECT_TRUE(fast_ones >= 98 && fast_ones <= 102) << fast_ones;
}

TEST(Stage, NoCallsAtAll) {
  Stage stage({});
  stage.add_thread(script([](SimThread&) { return Step::kOver; }));
  EXPECT_TRUE(play(stage).empty());
  EXPECT_EQ(stage.events(), 0U);
}

TEST(Stage, AThreadStartsAfterItsCreatorStartedIt) {
  Stage stage({});
  bool started = false;
  stage.add_thread(script([&](SimThread& self) {
    if (started) return Step::kOver;
    started = true;
    self.work(5000);
    self.malloc(1);
    stage.add_thread(script([](SimThread& other) {
                       other.malloc(2);
                       return Step::kOver;
                     }),
                     &self);
    return Step::kAgain;
  }));
  const std::vector<Event> events = play(stage);
  ASSERT_EQ(events.size(), 4U);
  EXPECT_EQ(events[1].op, Op::kThreadStart);
  EXPECT_EQ(events[1].size, 1U) << "its creator is the first thread";
  EXPECT_GT(events[1].time, events[0].time);
  EXPECT_EQ(events[3].op, Op::kThreadEnd);
}

TEST(Stage, LimitsCutAnywhere) {
  const auto endless = [](SimThread& self) {
    self.malloc(8);
    return Step::kAgain;
  };
  for (const uint64_t limit : {uint64_t{1}, uint64_t{255}, uint64_t{32'768}, uint64_t{100'001}}) {
    Stage stage({.events = limit});
    stage.add_thread(script(endless));
    EXPECT_EQ(play(stage).size(), limit);
  }
  Stage stage({.time_ns = 2500});
  stage.add_thread(script(endless));
  const std::vector<Event> events = play(stage);
  EXPECT_EQ(events.size(), 100U) << "25 ns a call";
  EXPECT_EQ(stage.end_ns(), 2500U);
}

TEST(Stage, WhenAllWaitForEachOtherItIsOver) {
  Stage stage({});
  Mailbox<int> never(stage);
  const auto waits = [&](SimThread& self) {
    Block block = self.malloc(8);
    self.free(block);
    return never.wait(self);
  };
  SimThread& first = stage.add_thread(script(waits));
  stage.add_thread(script(waits), &first);
  EXPECT_EQ(play(stage).size(), 5U) << "what was called before is still handed on";
}

TEST(Stage, WakingOneWhoDoesNotSleepChangesNothing) {
  Stage stage({.events = 50});
  stage.add_thread(script([&](SimThread& self) {
    stage.wake(self, self.now() + 1'000'000);
    self.malloc(8);
    return Step::kAgain;
  }));
  EXPECT_EQ(play(stage).back().time, 50U * 25);
}

TEST(Stage, AnotherThreadsBlockIsWaitedFor) {
  Stage stage({});
  Block shared;
  SimThread& first = stage.add_thread(script([&](SimThread& self) {
    if (shared.held()) return Step::kOver;
    self.work(100'000);
    shared = self.malloc(8);
    return Step::kAgain;
  }));
  stage.add_thread(script([&](SimThread& self) {
                     if (!shared.held()) return Step::kOver;
                     EXPECT_LT(self.now(), shared.born);
                     self.free(shared);
                     return Step::kOver;
                   }),
                   &first);
  const Portrait portrait = portray(stage);
  EXPECT_TRUE(portrait.faults.empty()) << in_words(portrait);
  EXPECT_EQ(portrait.remote_deaths, 1U);
}

TEST(Stage, AReallocIsADeathAndABirth) {
  Stage stage({});
  stage.add_thread(script([](SimThread& self) {
    Block block = self.malloc(10);
    self.realloc(block, 30);
    EXPECT_EQ(block.size, 30U);
    self.free(block);
    EXPECT_FALSE(block.held());
    return Step::kOver;
  }));
  const std::vector<Event> events = play(stage);
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(events[1].old_object, 1U);
  EXPECT_EQ(events[1].object, 2U);
  EXPECT_EQ(events[2].object, 2U);
}

TEST(Stage, SizesAndAlignmentsAreToldToThoseWhoTakeThem) {
  Stage stage({});
  stage.add_thread(script([](SimThread& self) {
    Block block = self.allocate(Op::kNewAligned, 128, 6);
    self.release(Op::kDeleteSizedAligned, block, 6);
    block = self.make(24);
    self.destroy(block);
    block = self.calloc(40);
    self.free(block);
    return Step::kOver;
  }));
  const std::vector<Event> events = play(stage);
  ASSERT_EQ(events.size(), 6U);
  EXPECT_EQ(events[0].align_log2, 6);
  EXPECT_EQ(events[1].align_log2, 6);
  EXPECT_EQ(events[1].size, 128U);
  EXPECT_EQ(events[3].size, 24U);
  EXPECT_EQ(events[5].size, 0U);
}

TEST(StageDeathTest, AVoidBlockIsNotFreed) {
  Stage stage({});
  SimThread& thread = stage.add_thread(script([](SimThread&) { return Step::kOver; }));
  Block block = thread.malloc(8);
  Block copy = block;
  thread.free(block);
  EXPECT_DEATH(thread.free(block), "a block it does not hold");
  EXPECT_DEATH(thread.realloc(block, 9), "a block it does not hold");
  EXPECT_TRUE(copy.held()) << "copies are not told: two of them freed is what the portrait finds";
}

TEST(Stage, AHandleIsTakenAgainOnceItsBlockIsBuried) {
  Blocks blocks;
  const uint32_t first = blocks.take();
  const uint32_t second = blocks.take();
  EXPECT_NE(first, 0U);
  EXPECT_NE(first, second);
  blocks.set_number(first, 77);
  EXPECT_EQ(blocks.bury(first), 77U);
  EXPECT_EQ(blocks.take(), first);
  EXPECT_NE(blocks.take(), second);
}

struct Letter {
  uint64_t sent;
  uint64_t delay;
};

TEST(MailboxTest, NothingIsReadBeforeItsTime) {
  Stage stage({});
  Mailbox<Letter> mailbox(stage);
  uint64_t read = 0;
  uint64_t last_due = 0;
  const auto reads = [&](SimThread& self) {
    self.malloc(1);
    const auto letter = mailbox.receive(self);
    if (!letter) return mailbox.wait(self);
    EXPECT_GT(self.now(), letter->sent + letter->delay);
    EXPECT_GE(letter->sent + letter->delay, last_due) << "the earliest first";
    last_due = letter->sent + letter->delay;
    return ++read == 3000 ? Step::kOver : Step::kAgain;
  };
  SimThread& first = stage.add_thread(script(reads));
  for (uint64_t writer = 1; writer <= 3; ++writer)
    stage.add_thread(script([&, random = Random(5, writer), left = 1000](SimThread& self) mutable {
                       self.work(random.below(2000));
                       self.malloc(2);
                       // Not before the reader's own pace, so that it always has all letters that are due.
                       const uint64_t delay = 1'000'000 + random.below(100'000);
                       mailbox.send(self, {self.now(), delay}, delay);
                       return --left == 0 ? Step::kOver : Step::kAgain;
                     }),
                     &first);
  EXPECT_TRUE(portray(stage).faults.empty());
  EXPECT_EQ(read, 3000U);
  EXPECT_EQ(mailbox.size(), 0U);
}

TEST(MailboxTest, EachThingGoesToOneReader) {
  Stage stage({});
  Mailbox<int> mailbox(stage);
  std::vector<int> seen(1000);
  std::vector<int> by_reader(3);
  SimThread& writer = stage.add_thread(script([&, next = 0](SimThread& self) mutable {
    self.work(500);
    self.malloc(1);
    mailbox.send(self, next++);
    return next == 1000 ? Step::kOver : Step::kAgain;
  }));
  for (size_t reader = 0; reader < 3; ++reader)
    stage.add_thread(script([&, reader](SimThread& self) {
                       const auto thing = mailbox.receive(self);
                       if (!thing) return mailbox.wait(self);
                       ++seen[static_cast<size_t>(*thing)];
                       ++by_reader[reader];
                       self.work(1200);
                       return Step::kAgain;
                     }),
                     &writer);
  play(stage);
  EXPECT_EQ(std::count(seen.begin(), seen.end(), 1), 1000);
  for (const int count : by_reader) EXPECT_GT(count, 200);
}

TEST(MailboxTest, SaysWhenItsNextThingComes) {
  Stage stage({});
  Mailbox<int> mailbox(stage);
  SimThread& thread = stage.add_thread(script([](SimThread&) { return Step::kOver; }));
  EXPECT_EQ(mailbox.next_at(), ~uint64_t{0});
  mailbox.send(thread, 1, 5000);
  mailbox.send(thread, 2, 300);
  EXPECT_EQ(mailbox.next_at(), 301U);
  thread.wait_until(300);
  EXPECT_FALSE(mailbox.receive(thread));
  thread.wait_until(301);
  EXPECT_EQ(mailbox.receive(thread), 2);
}

TEST(SimLockTest, WhatIsUnderItNeverOverlaps) {
  Stage stage({});
  SimLock lock;
  std::vector<std::pair<uint64_t, uint64_t>> held;
  const auto make = [&](uint64_t stream) {
    return script([&, random = Random(9, stream), left = 500](SimThread& self) mutable {
      self.work(random.below(3000));
      {
        const SimGuard guard(lock, self);
        const uint64_t from = self.now();
        self.work(random.below(1000));
        self.malloc(1);
        held.emplace_back(from, self.now());
      }
      return --left == 0 ? Step::kOver : Step::kAgain;
    });
  };
  SimThread& first = stage.add_thread(make(0));
  for (uint64_t i = 1; i < 4; ++i) stage.add_thread(make(i), &first);
  play(stage);
  ASSERT_EQ(held.size(), 2000U);
  std::sort(held.begin(), held.end());
  for (size_t i = 1; i < held.size(); ++i) ASSERT_GT(held[i].first, held[i - 1].second);
}

}  // namespace
}  // namespace heapreel::tests
