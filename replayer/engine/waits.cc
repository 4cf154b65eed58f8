// The waits of waits.h.
//
// A sleeper sleeps on a word of its own and says what for. Who provides it looks for sleepers and wakes just those
// whose wish is fulfilled: with hundreds of threads on two processors, waking anybody else costs more than the replay.
// No wake-up is missed: who waits first says so (seq_cst), then looks once more, then sleeps; who provides first stores
// (the exchange at the head of a stretch), then looks whether somebody waits.
#include "replayer/engine/waits.h"

#include <algorithm>

#include "replayer/engine/sleep.h"

namespace heapreel::engine {
namespace {

constexpr uint64_t kLateNs = 1'000'000;
constexpr uint64_t kSleepSlackNs = 80'000;  // a sleep may end this much late: the rest is spun

// How far the slowest living thread has come becomes the window's floor.
void find_floor(Engine& engine) {
  uint64_t seq = ~uint64_t{0};
  const Thread* slowest = nullptr;
  for (uint32_t lane = 0; lane < engine.lanes; ++lane) {
    const Thread* const thread = engine.lane_threads[lane].load(std::memory_order_acquire);
    if (thread == nullptr) continue;
    const uint64_t progress = thread->board->progress.load();
    if (progress >= seq) continue;
    seq = progress;
    slowest = thread;
  }
  if (slowest == nullptr) return;
  engine.floor_ns.store(slowest->board->time_ns.load(std::memory_order_acquire), std::memory_order_relaxed);
  engine.floor_seq.store(seq, std::memory_order_relaxed);
}

bool floor_reaches(const Engine& engine, uint64_t seq, uint64_t time_ns) {
  return engine.floor_seq.load(std::memory_order_relaxed) >= seq &&
         engine.floor_ns.load(std::memory_order_relaxed) >= time_ns;
}

uint64_t less(uint64_t value, uint64_t by) { return value - std::min(value, by); }

bool has_come(const Engine& engine, const Thread& sleeper) {
  switch (sleeper.sleeps_for.load()) {
    case Sleep::kWindow:
      return floor_reaches(engine, sleeper.wanted_seq.load(), sleeper.wanted_ns.load());
    case Sleep::kSlot:
      return sleeper.awaited.load()->load() >> plan::kTurnShift == sleeper.awaited_turn.load();
    default:
      return false;
  }
}

// Returns what waking took of the processor: to wake another one can cost more than a thousand calls.
[[gnu::noinline]] uint64_t wake_those_whose_wish_has_come(Engine& engine) {
  uint64_t since_ns = 0;
  for (uint32_t lane = 0; lane < engine.lanes; ++lane) {
    Thread* const thread = engine.lane_threads[lane].load(std::memory_order_acquire);
    if (thread == nullptr || !has_come(engine, *thread)) continue;
    if (since_ns == 0) since_ns = thread_cpu_ns();
    wake(*thread);
  }
  return since_ns != 0 ? ticks_of(engine, thread_cpu_ns() - since_ns) : 0;
}

}  // namespace

uint64_t wake_whom_it_helps(Engine& engine, uint64_t progress_before) {
  const bool was_slowest = progress_before <= engine.floor_seq.load(std::memory_order_relaxed);
  const bool moves_floor = was_slowest && engine.window_sleepers.load() != 0;
  if (moves_floor) find_floor(engine);
  if (!moves_floor && engine.slot_sleepers.load() == 0) return 0;
  return wake_those_whose_wish_has_come(engine);
}

uint64_t wait_for_turn(Thread& thread, const Slot& slot, uint16_t turn) {
  const auto come = [&slot, turn] { return slot.load() >> plan::kTurnShift == turn; };
  ++thread.board->slot_waits;
  Engine& engine = *thread.engine;
  Wait wait(thread, measure::ThreadState::kWaitsForSlot);
  thread.awaited.store(&slot);
  thread.awaited_turn.store(turn);
  while (!come()) {
    if (wait.spin()) continue;
    // What this thread has stored since the head of its stretch may be what others sleep for.
    wait.meter();
    if (engine.slot_sleepers.load() != 0) (void)wake_those_whose_wish_has_come(engine);
    wait.sleep(Sleep::kSlot, engine.slot_sleepers, come);
  }
  return slot.load(std::memory_order_acquire);
}

// A window that was met full is left only half full: then there is something to do until the next wait.
void wait_for_window(Thread& thread, uint64_t seq, uint64_t time_ns) {
  Engine& engine = *thread.engine;
  find_floor(engine);
  if (floor_reaches(engine, less(seq, engine.window_ops), less(time_ns, engine.window_ns))) return;
  ++thread.board->window_waits;
  const uint64_t wanted_seq = less(seq, engine.window_ops / 2);
  const uint64_t wanted_ns = less(time_ns, engine.window_ns / 2);
  const auto come = [&engine, wanted_seq, wanted_ns] {
    find_floor(engine);
    return floor_reaches(engine, wanted_seq, wanted_ns);
  };
  thread.wanted_seq.store(wanted_seq);
  thread.wanted_ns.store(wanted_ns);
  Wait wait(thread, measure::ThreadState::kWaitsForWindow);
  while (!come())
    if (!wait.spin()) wait.sleep(Sleep::kWindow, engine.window_sleepers, come);
}

void wait_for_time(Thread& thread, uint64_t time_ns) {
  Engine& engine = *thread.engine;
  const double speed = engine.board->orders.speed;
  const uint64_t due =
      engine.begun_ticks + static_cast<uint64_t>(static_cast<double>(time_ns) / speed * engine.ticks_per_ns);
  uint64_t now = ticks();
  if (now < due) {
    Wait wait(thread, measure::ThreadState::kWaitsForTime);
    const auto left_ns = static_cast<uint64_t>(static_cast<double>(due - now) / engine.ticks_per_ns);
    if (left_ns > kSleepSlackNs) nap(left_ns - kSleepSlackNs);
    const uint64_t since = ticks();
    while ((now = ticks()) < due) relax();
    wait.spun(now - since);
  }
  thread.lag_ticks = now - due;
  measure::ThreadBoard& board = *thread.board;
  board.lag_ticks_max = std::max(board.lag_ticks_max, thread.lag_ticks);
  board.lag_ticks_sum += thread.lag_ticks;
  if (static_cast<double>(thread.lag_ticks) > static_cast<double>(kLateNs) * engine.ticks_per_ns)
    ++board.late_stretches;
}

void wait_for_fewer(Thread& thread, uint64_t alive) {
  constexpr uint64_t kNapNs = 50'000;
  const Engine& engine = *thread.engine;
  if (engine.alive.load() < alive) return;
  Wait wait(thread, measure::ThreadState::kWaitsForEnd);
  while (engine.alive.load() >= alive)
    if (!wait.spin()) nap(kNapNs);
}

void wait_for_place(Thread& thread, uint64_t seq) {
  Engine& engine = *thread.engine;
  const auto come = [&engine, seq] { return engine.turn.load() == seq; };
  if (come()) return;
  ++thread.board->window_waits;
  Wait wait(thread, measure::ThreadState::kWaitsForWindow);
  while (!come())
    if (!wait.spin()) wait.sleep(Sleep::kPlace, engine.place_sleepers, come);
}

void hand_on(Engine& engine, uint64_t next_seq, uint32_t next_thread) {
  engine.turn.store(next_seq);
  if (engine.place_sleepers.load() != 0) wake(engine.threads[next_thread]);
}

uint64_t measure_spin_turn(Engine& engine) {
  constexpr uint32_t kTurns = 64;
  uint64_t least = ~uint64_t{0};
  for (int round = 0; round < 16; ++round) {
    const uint64_t begun = ticks();
    for (uint32_t i = 0; i < kTurns; ++i) {
      relax();
      (void)engine.alive.load();
      (void)ticks();
    }
    least = std::min(least, ticks() - begun);
  }
  return least / kTurns;
}

}  // namespace heapreel::engine
