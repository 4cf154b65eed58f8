// One wait of a replay's thread: spinning, falling asleep, being woken, and what all of that burns.
//
// Cold. What a wait takes of the processor is counted apart, so that none of it becomes the allocator's.
#pragma once

#include "replayer/engine/engine.h"
#include "replayer/engine/ticks.h"

namespace heapreel::engine {

inline constexpr uint64_t kTurnsCounted = 64;
inline constexpr uint32_t kSpinsWhenCrowded = 16;

// Read past the runner's own clock_gettime, which shows recorded time.
uint64_t thread_cpu_ns();
uint64_t ticks_of(const Engine& engine, uint64_t ns);

// Until somebody wakes this word's sleeper; not for ever, so that a missed wake-up costs time and never the run.
void sleep_on(std::atomic<uint32_t>& word, uint32_t seen);
void wake(Thread& thread);
void nap(uint64_t ns);

// So much of the thread's processor time went into waits and wake-ups.
void count_burned(Thread& thread, uint64_t burned_ticks);

// Times one wait. What it takes of the processor is not the allocator's. A short wait is counted in turns of spinning:
// to read a clock would take as long. From kTurnsCounted turns on, or when it goes to sleep, the thread's own clock
// tells, as a spinning thread can lose its processor.
class Wait {
 public:
  Wait(Thread& thread, measure::ThreadState state) : thread_(thread), begun_(ticks()), since_(begun_) {
    thread_.board->state.store(state, std::memory_order_relaxed);
  }
  ~Wait() {
    uint64_t burned = spun_ticks_ + turns_counted_ * thread_.engine->spin_turn_ticks;
    if (metered_) burned += ticks_of(*thread_.engine, thread_cpu_ns() - metered_from_ns_);
    count_burned(thread_, burned);
    thread_.board->wait_ticks += ticks() - begun_;
    thread_.board->state.store(measure::ThreadState::kRunning, std::memory_order_relaxed);
  }
  Wait(const Wait&) = delete;
  Wait& operator=(const Wait&) = delete;

  // One turn of spinning; false when it is time to sleep.
  bool spin() {
    relax();
    if (!metered_ && ++turns_counted_ == kTurnsCounted) meter();
    const Engine& engine = *thread_.engine;
    if (engine.alive.load(std::memory_order_relaxed) > engine.cpus) return ++spins_ < kSpinsWhenCrowded;
    return ticks() - since_ < engine.spin_ticks_max;
  }
  // Sleeps until it is woken, or for a while, unless what is wished for has come.
  template <class Come>
  void sleep(Sleep kind, std::atomic<uint32_t>& sleepers, const Come& come) {
    meter();
    const uint32_t seen = thread_.word.load();
    thread_.sleeps_for.store(kind);
    sleepers.fetch_add(1);
    if (!come()) sleep_on(thread_.word, seen);
    sleepers.fetch_sub(1);
    thread_.sleeps_for.store(Sleep::kNot);
    spins_ = 0;
    since_ = ticks();
  }
  // From here on the thread's clock tells.
  void meter() {
    if (metered_) return;
    metered_ = true;
    metered_from_ns_ = thread_cpu_ns();
  }
  // Counts what was spun elsewhere, in a wait that is not metered.
  void spun(uint64_t for_ticks) { spun_ticks_ += for_ticks; }

 private:
  Thread& thread_;
  uint64_t begun_;
  uint64_t since_;
  uint64_t turns_counted_ = 0;
  uint64_t spun_ticks_ = 0;
  uint64_t metered_from_ns_ = 0;
  uint32_t spins_ = 0;
  bool metered_ = false;
};

}  // namespace heapreel::engine
