// The threads of threads.h.
//
// Stacks lie in shared mappings and are used again after their thread has been joined: a thread's own memory does not
// count as the allocator's, and what the C library allocates for a thread goes to the allocator under test, as it did
// in the program.
#include "replayer/engine/threads.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "replayer/engine/registry.h"
#include "replayer/engine/stretch.h"
#include "replayer/engine/ticks.h"
#include "replayer/engine/trouble.h"
#include "replayer/engine/waits.h"

namespace heapreel::engine {
namespace {

uint64_t thread_cpu_ns() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
}

// The usage of a thread between two moments.
class UsageMeter {
 public:
  explicit UsageMeter(measure::ThreadBoard& board) : board_(board) {
    getrusage(RUSAGE_THREAD, &begun_);
    board_.begun_ticks = ticks();
    cpu_begun_ns_ = thread_cpu_ns();
  }
  void stop() {
    board_.cpu_ns = thread_cpu_ns() - cpu_begun_ns_;
    board_.ended_ticks = ticks();
    rusage ended{};
    getrusage(RUSAGE_THREAD, &ended);
    board_.minor_faults = static_cast<uint64_t>(ended.ru_minflt - begun_.ru_minflt);
    board_.major_faults = static_cast<uint64_t>(ended.ru_majflt - begun_.ru_majflt);
    board_.voluntary_switches = static_cast<uint64_t>(ended.ru_nvcsw - begun_.ru_nvcsw);
    board_.involuntary_switches = static_cast<uint64_t>(ended.ru_nivcsw - begun_.ru_nivcsw);
  }

 private:
  measure::ThreadBoard& board_;
  rusage begun_{};
  uint64_t cpu_begun_ns_ = 0;
};

void mark(const Engine& engine, const char* what, uint32_t index) {
  if (engine.mark == nullptr) return;
  char text[64];
  std::snprintf(text, sizeof text, "heapreel replay %s %u", what, index);
  engine.mark(text);
}

void perform_extent(Thread& thread, const plan::Extent& extent, uint64_t stop_at) {
  Engine& engine = *thread.engine;
  const uint8_t* at = engine.plan_bytes + extent.offset;
  const uint8_t* const end = at + extent.bytes;
  while (at < end) {
    const auto& stretch = *reinterpret_cast<const plan::Stretch*>(at);
    if (stop_at != 0 && stretch.seq >= stop_at) return;
    const auto* const ops = reinterpret_cast<const plan::Op*>(at + sizeof(plan::Stretch));
    enter_stretch(thread, stretch);
    thread.first_op = ops;
    engine.perform(thread, ops, ops + stretch.ops);
    leave_stretch(thread, stretch);
    at = reinterpret_cast<const uint8_t*>(ops + stretch.ops);
  }
}

void perform_all(Thread& thread) {
  Engine& engine = *thread.engine;
  const plan::ThreadPlan& plan = engine.thread_plans[thread.index];
  // A thread that has not called malloc yet is unknown to the recorder, and its marks would be lost.
  if (engine.mark != nullptr) thread.calls->free_(thread.calls->malloc_(1));
  mark(engine, "thread", thread.index);
  UsageMeter meter(*thread.board);
  for (uint64_t i = 0; i < plan.extents; ++i) {
    thread.extent.store(plan.first_extent + i, std::memory_order_relaxed);
    perform_extent(thread, engine.extents[plan.first_extent + i], engine.board->orders.stop_at_seq);
  }
  meter.stop();
  mark(engine, "end", thread.index);
}

// Nobody waits for it any more.
void retire(Thread& thread) {
  Engine& engine = *thread.engine;
  thread.board->time_ns.store(~uint64_t{0});
  thread.board->state.store(measure::ThreadState::kEnded);
  pthread_mutex_lock(&engine.census);
  engine.lane_threads[thread.lane].store(nullptr, std::memory_order_release);
  (void)wake_whom_it_helps(engine, thread.board->progress.exchange(~uint64_t{0}));  // its time is taken already
  engine.free_lanes[engine.free_lane_count++] = thread.lane;
  if (thread.index != 0) engine.ended[engine.ended_count++] = &thread;
  pthread_mutex_unlock(&engine.census);
  engine.alive.fetch_sub(1);
}

void* thread_main(void* argument) {
  auto& thread = *static_cast<Thread*>(argument);
  perform_all(thread);
  if (thread.calls->thread_end_ != nullptr) thread.calls->thread_end_(nullptr);
  retire(thread);
  return nullptr;
}

// Joins the threads that have ended, so that their stacks can be used again. Called with the census held.
void reap(Engine& engine) {
  while (engine.ended_count > 0) {
    Thread& thread = *engine.ended[--engine.ended_count];
    pthread_join(thread.handle, nullptr);
    engine.free_stacks[engine.free_stack_count++] = thread.stack;
  }
}

void settle_in(Engine& engine, Thread& thread) {
  const plan::ThreadPlan& plan = engine.thread_plans[thread.index];
  thread.lane = engine.free_lanes[--engine.free_lane_count];
  thread.board->time_ns.store(plan.first_time_ns);
  thread.board->progress.store(plan.first_seq);
  thread.board->state.store(measure::ThreadState::kRunning);
  if (engine.histograms != nullptr) {
    thread.histograms = engine.histograms + thread.lane * measure::kHistograms;
    thread.slow_calls = engine.slow_calls + thread.lane;
  }
  engine.lane_threads[thread.lane].store(&thread, std::memory_order_release);
  engine.alive.fetch_add(1);
}

int start(Engine& engine, Thread& thread) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstack(&attributes, engine.stacks + thread.stack * engine.stack_bytes, engine.stack_bytes);
  const int error = pthread_create(&thread.handle, &attributes, thread_main, &thread);
  pthread_attr_destroy(&attributes);
  return error;
}

}  // namespace

void prepare_thread(Engine& engine, uint32_t index) {
  Thread& thread = engine.threads[index];
  thread.calls = engine.calls;
  thread.slots = engine.slots;
  thread.board = &engine.boards[index];
  thread.engine = &engine;
  thread.index = index;
}

void spawn(Thread& spawner, uint32_t index, uint64_t alive) {
  Engine& engine = *spawner.engine;
  Thread& thread = engine.threads[index];
  wait_for_fewer(spawner, std::clamp<uint64_t>(alive, 2, engine.lanes));
  pthread_mutex_lock(&engine.census);
  reap(engine);
  const bool has_room = engine.free_lane_count > 0 && engine.free_stack_count > 0;
  if (has_room) {
    thread.stack = engine.free_stacks[--engine.free_stack_count];
    settle_in(engine, thread);
  }
  pthread_mutex_unlock(&engine.census);
  if (!has_room) stop_for_system(*engine.board, "more threads live at once than the plan says", EAGAIN);
  if (const int error = start(engine, thread); error != 0)
    stop_for_system(*engine.board, "cannot start a thread", error);
}

void run_main_thread(Engine& engine) {
  Thread& thread = engine.threads[0];
  pthread_mutex_lock(&engine.census);
  settle_in(engine, thread);
  pthread_mutex_unlock(&engine.census);
  perform_all(thread);
  retire(thread);
  for (;;) {
    pthread_mutex_lock(&engine.census);
    reap(engine);
    pthread_mutex_unlock(&engine.census);
    if (engine.alive.load() == 0) break;
    const timespec nap{.tv_sec = 0, .tv_nsec = 200'000};
    syscall(SYS_nanosleep, &nap, nullptr);
  }
  pthread_mutex_lock(&engine.census);
  reap(engine);
  pthread_mutex_unlock(&engine.census);
}

void copy_counts(measure::Board& board) { registry().copy_counts(board.counted); }

}  // namespace heapreel::engine
