// The heads of stretch.h.
#include "replayer/engine/stretch.h"

#include "replayer/engine/sleep.h"
#include "replayer/engine/ticks.h"
#include "replayer/engine/waits.h"

namespace heapreel::engine {

// In the executable, and so reached without a call.
thread_local uint64_t t_recorded_ns = 0;

namespace {

[[gnu::noinline, gnu::cold]] void read_memory(const Thread& thread, uint32_t checkpoint) {
  const Engine& engine = *thread.engine;
  measure::CheckpointReading& reading = engine.checkpoints[checkpoint];
  reading.rss_bytes = engine.readings.rss_bytes();
  reading.cpu_ns = engine.readings.process_cpu_ns();
  reading.spin_ticks = engine.spin_ticks.load(std::memory_order_relaxed);
  reading.ticks = ticks();
}

bool is_ahead(const Engine& engine, const plan::Stretch& stretch) {
  return stretch.seq > engine.floor_seq.load(std::memory_order_relaxed) + engine.window_ops ||
         stretch.time_ns > engine.floor_ns.load(std::memory_order_relaxed) + engine.window_ns;
}

void log_moment(Thread& thread) {
  const Engine& engine = *thread.engine;
  const uint64_t number = thread.board->stretches_done;
  if (number % engine.log_every != 0) return;
  engine.log[engine.log_first[thread.index] + number / engine.log_every] = ticks();
}

}  // namespace

void enter_stretch(Thread& thread, const plan::Stretch& stretch) {
  Engine& engine = *thread.engine;
  measure::ThreadBoard& board = *thread.board;
  thread.stretch = &stretch;
  board.time_ns.store(stretch.time_ns, std::memory_order_release);
  const uint64_t before = board.progress.exchange(stretch.seq);  // pairs with the sleepers of waits.cc
  if (engine.window_sleepers.load() + engine.slot_sleepers.load() != 0) [[unlikely]]
    count_burned(thread, wake_whom_it_helps(engine, before));
  if (engine.strict) [[unlikely]] {
    wait_for_place(thread, stretch.seq);
  } else if (is_ahead(engine, stretch)) [[unlikely]] {
    wait_for_window(thread, stretch.seq, stretch.time_ns);
  }
  if (engine.times) [[unlikely]]
    wait_for_time(thread, stretch.time_ns);
  if (engine.virtual_time) {
    t_recorded_ns = stretch.time_ns;
    engine.now_ns.store(stretch.time_ns, std::memory_order_relaxed);
  }
  log_moment(thread);
  if (stretch.checkpoint != 0 && engine.memory) [[unlikely]]
    read_memory(thread, stretch.checkpoint - 1);
}

void leave_stretch(Thread& thread, const plan::Stretch& stretch) {
  thread.board->ops_done += stretch.ops;
  thread.board->stretches_done += 1;
  if (thread.engine->strict) [[unlikely]]
    hand_on(*thread.engine, stretch.seq + stretch.ops, stretch.next_thread);
}

}  // namespace heapreel::engine
