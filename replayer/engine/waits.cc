// The waits of waits.h.
//
// No wake-up is missed: who waits first says so (seq_cst), then looks once more, then sleeps; who provides first stores
// (seq_cst at the head of a stretch), then looks whether somebody waits.
#include "replayer/engine/waits.h"

#include <algorithm>
#include <climits>
#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "replayer/engine/ticks.h"

namespace heapreel::engine {
namespace {

constexpr int kPausesWhenCrowded = 64;
constexpr long kSleepNsMax = 20'000'000;
constexpr uint64_t kLateNs = 1'000'000;
constexpr uint64_t kSleepSlackNs = 80'000;  // a sleep may end this much late: the rest is spun

void sleep_on(std::atomic<uint32_t>& word, uint32_t seen) {
  const timespec limit{.tv_sec = 0, .tv_nsec = kSleepNsMax};
  syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, seen, &limit, nullptr, 0);
}

void wake_all(std::atomic<uint32_t>& word) {
  word.fetch_add(1);
  syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, INT_MAX, nullptr, nullptr, 0);
}

// Times one wait. Spinning is processor time that is not the allocator's; sleeping is none.
class WaitTimer {
 public:
  WaitTimer(Thread& thread, measure::ThreadState state) : thread_(thread), begun_(ticks()), spinning_since_(begun_) {
    thread_.board->state.store(state, std::memory_order_relaxed);
  }
  ~WaitTimer() {
    wake_up();
    const uint64_t now = ticks();
    spun_ += now - spinning_since_;
    thread_.board->spin_ticks += spun_;
    thread_.board->wait_ticks += now - begun_;
    thread_.engine->spin_ticks.fetch_add(spun_, std::memory_order_relaxed);
    thread_.board->state.store(measure::ThreadState::kRunning, std::memory_order_relaxed);
  }
  WaitTimer(const WaitTimer&) = delete;
  WaitTimer& operator=(const WaitTimer&) = delete;

  // One turn of spinning; false when it is time to sleep.
  bool spin() {
    relax();
    const Engine& engine = *thread_.engine;
    if (engine.alive.load(std::memory_order_relaxed) > engine.cpus) return ++pauses_ < kPausesWhenCrowded;
    return ticks() - spinning_since_ < engine.spin_ticks_max;
  }
  void fall_asleep() {
    spun_ += ticks() - spinning_since_;
    asleep_ = true;
  }
  void wake_up() {
    if (!asleep_) return;
    asleep_ = false;
    spinning_since_ = ticks();
    pauses_ = 0;
  }

 private:
  Thread& thread_;
  uint64_t begun_;
  uint64_t spinning_since_;
  uint64_t spun_ = 0;
  int pauses_ = 0;
  bool asleep_ = false;
};

void lower(std::atomic<uint64_t>& value, uint64_t to) {
  uint64_t seen = value.load();
  while (to < seen && !value.compare_exchange_weak(seen, to)) {
  }
}

// Sleeps until a thread has come to a place and a time, or for a while. First the word is read, then the wish told,
// then the progress looked at once more: whoever passes the place after that sees the wish, and changes the word.
void sleep_until_passed(WaitTimer& timer, measure::ThreadBoard& board, uint64_t seq, uint64_t time_ns) {
  const uint32_t seen = board.wake_word.load();
  lower(board.wake_at_ns, time_ns);
  lower(board.wake_at, seq);
  if (board.progress.load() >= seq && board.time_ns.load() >= time_ns) return;
  timer.fall_asleep();
  sleep_on(board.wake_word, seen);
  timer.wake_up();
}

// The slowest living thread but `except`; null if there is none.
measure::ThreadBoard* find_slowest(const Engine& engine, const measure::ThreadBoard* except, uint64_t& seq) {
  measure::ThreadBoard* slowest = nullptr;
  seq = ~uint64_t{0};
  for (uint32_t lane = 0; lane < engine.lanes; ++lane) {
    measure::ThreadBoard* const board = engine.lane_boards[lane].load(std::memory_order_acquire);
    if (board == nullptr || board == except) continue;
    const uint64_t progress = board->progress.load(std::memory_order_acquire);
    if (progress >= seq) continue;
    seq = progress;
    slowest = board;
  }
  return slowest;
}

// The slowest living thread of all, whose place becomes the window's floor.
measure::ThreadBoard* find_floor(Engine& engine) {
  uint64_t seq = 0;
  measure::ThreadBoard* const slowest = find_slowest(engine, nullptr, seq);
  if (slowest == nullptr) return nullptr;
  engine.floor_ns.store(slowest->time_ns.load(std::memory_order_acquire), std::memory_order_relaxed);
  engine.floor_seq.store(seq, std::memory_order_relaxed);
  return slowest;
}

}  // namespace

void wake_window_waiters(measure::ThreadBoard& board) {
  board.wake_at.store(~uint64_t{0});
  board.wake_at_ns.store(~uint64_t{0});
  wake_all(board.wake_word);
}

// The op that it waits for is earlier in replay order. So as long as it has not come, some other thread is not past
// this thread's stretch: the sleep lasts until the slowest of the others has moved, and then looks again.
uint64_t wait_for_turn(Thread& thread, const Slot& slot, uint16_t turn) {
  ++thread.board->slot_waits;
  WaitTimer timer(thread, measure::ThreadState::kWaitsForSlot);
  const uint64_t own_seq = thread.stretch->seq;
  for (;;) {
    const uint64_t held = slot.load(std::memory_order_acquire);
    if (held >> plan::kTurnShift == turn) return held;
    if (timer.spin()) continue;
    uint64_t seq = 0;
    measure::ThreadBoard* const slowest = find_slowest(*thread.engine, thread.board, seq);
    if (slowest != nullptr) sleep_until_passed(timer, *slowest, std::max(seq + 1, own_seq), 0);
  }
}

void wait_for_window(Thread& thread, uint64_t seq, uint64_t time_ns) {
  Engine& engine = *thread.engine;
  // A window that was met full is left only half full: then there is something to do until the next wait.
  const auto within = [&engine, seq, time_ns](uint64_t part) {
    return seq <= engine.floor_seq.load(std::memory_order_relaxed) + engine.window_ops / part &&
           time_ns <= engine.floor_ns.load(std::memory_order_relaxed) + engine.window_ns / part;
  };
  const measure::ThreadBoard* const floor = find_floor(engine);
  if (floor == nullptr || floor == thread.board || within(1)) return;
  ++thread.board->window_waits;
  WaitTimer timer(thread, measure::ThreadState::kWaitsForWindow);
  for (;;) {
    measure::ThreadBoard* const slowest = find_floor(engine);
    if (slowest == nullptr || slowest == thread.board || within(2)) return;
    if (timer.spin()) continue;
    sleep_until_passed(timer, *slowest, seq - std::min(seq, engine.window_ops / 2),
                       time_ns - std::min(time_ns, engine.window_ns / 2));
  }
}

void wait_for_time(Thread& thread, uint64_t time_ns) {
  Engine& engine = *thread.engine;
  const double speed = engine.board->orders.speed;
  const uint64_t due =
      engine.begun_ticks + static_cast<uint64_t>(static_cast<double>(time_ns) / speed * engine.ticks_per_ns);
  uint64_t now = ticks();
  if (now < due) {
    WaitTimer timer(thread, measure::ThreadState::kWaitsForTime);
    const auto left_ns = static_cast<uint64_t>(static_cast<double>(due - now) / engine.ticks_per_ns);
    if (left_ns > kSleepSlackNs) {
      const uint64_t sleep_ns = left_ns - kSleepSlackNs;
      const timespec nap{.tv_sec = static_cast<time_t>(sleep_ns / 1'000'000'000),
                         .tv_nsec = static_cast<long>(sleep_ns % 1'000'000'000)};
      timer.fall_asleep();
      syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &nap, nullptr);
      timer.wake_up();
    }
    while ((now = ticks()) < due) relax();
  }
  thread.lag_ticks = now - due;
  measure::ThreadBoard& board = *thread.board;
  board.lag_ticks_max = std::max(board.lag_ticks_max, thread.lag_ticks);
  board.lag_ticks_sum += thread.lag_ticks;
  if (static_cast<double>(thread.lag_ticks) > static_cast<double>(kLateNs) * engine.ticks_per_ns)
    ++board.late_stretches;
}

void wait_for_fewer(Thread& thread, uint64_t alive) {
  Engine& engine = *thread.engine;
  if (engine.alive.load() < alive) return;
  WaitTimer timer(thread, measure::ThreadState::kWaitsForEnd);
  while (engine.alive.load() >= alive) {
    if (timer.spin()) continue;
    const timespec nap{.tv_sec = 0, .tv_nsec = 50'000};
    timer.fall_asleep();
    syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &nap, nullptr);
    timer.wake_up();
  }
}

void wait_for_place(Thread& thread, uint64_t seq) {
  Engine& engine = *thread.engine;
  const auto come = [&engine, seq] { return engine.turn.load() == seq; };
  if (come()) return;
  ++thread.board->window_waits;
  WaitTimer timer(thread, measure::ThreadState::kWaitsForWindow);
  while (!come()) {
    if (timer.spin()) continue;
    const uint32_t seen = thread.board->wake_word.load();
    thread.parked.store(1);
    if (!come()) {
      timer.fall_asleep();
      sleep_on(thread.board->wake_word, seen);
      timer.wake_up();
    }
    thread.parked.store(0);
  }
}

void hand_on(Engine& engine, uint64_t next_seq, uint32_t next_thread) {
  engine.turn.store(next_seq);
  Thread& next = engine.threads[next_thread];
  if (next.parked.load() != 0) wake_all(next.board->wake_word);
}

}  // namespace heapreel::engine
