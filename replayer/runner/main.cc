// The runner: one replay of one plan on the allocator that this process has. The lab starts it, reads its board, and
// compares; a person has no use for it.
//
//   runner-NAME --board FD --plan FD
//
// It allocates before and after the replay like any program, and nothing during it. It ends by _exit: what an
// allocator does in exit handlers is no part of a replay.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <malloc.h>
#include <new>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include "recorder/api/heapreel.h"
#include "replayer/allocators/builtin.h"
#include "replayer/engine/threads.h"
#include "replayer/engine/ticks.h"
#include "replayer/runner/clock.h"
#include "replayer/runner/counters.h"
#include "replayer/runner/entry_points.h"
#include "replayer/runner/knobs.h"
#include "replayer/runner/readings.h"
#include "replayer/runner/stage.h"

namespace heapreel::runner {
namespace {

constexpr int kExitOk = 0;
constexpr int kExitUsage = 2;
constexpr int kExitTrouble = 3;

int descriptor(int argc, char** argv, const char* name) {
  for (int i = 1; i + 1 < argc; ++i)
    if (std::strcmp(argv[i], name) == 0) return std::atoi(argv[i + 1]);
  return -1;
}

uint64_t ns_of(const timeval& time) {
  return static_cast<uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(time.tv_usec) * 1000;
}

bool find_calls(measure::Board& board, const plan::PlanHeader& plan, engine::Calls& calls) {
  if (board.orders.builtin[0] == 0) return find_entry_points(board, plan, calls);
  calls = allocators::builtin_calls(board.orders.builtin);
  if (calls.malloc_ != nullptr) {
    std::snprintf(board.version_text, sizeof board.version_text, "built in");
    return true;
  }
  board.trouble.what.store(measure::Trouble::kNoEntryPoint);
  std::snprintf(board.trouble.text, sizeof board.trouble.text, "there is no built-in allocator '%.15s'",
                board.orders.builtin);
  return false;
}

// The C library's heap: it stays as it is while a built-in allocator serves the ops.
size_t libc_heap_bytes() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

// By more than the C library keeps of threads that have ended: a table each, in caches that count as used.
bool heap_grew(size_t before, uint64_t threads) {
  constexpr size_t kKeptOfThread = 1024;
  const size_t now = libc_heap_bytes();
  return threads == 1 ? now != before : now > before + threads * kKeptOfThread;
}

// Of a program of one thread all runs of a round stay on one processor: two that share a machine with others can differ
// by a third. Not earlier, as allocators count the processors when they begin.
void settle_on(uint32_t nth) {
  cpu_set_t allowed;
  cpu_set_t one;
  CPU_ZERO(&one);
  if (nth == 0 || sched_getaffinity(0, sizeof allowed, &allowed) != 0) return;
  auto left = (nth - 1) % static_cast<uint32_t>(CPU_COUNT(&allowed));
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &allowed) || left-- != 0) continue;
    CPU_SET(cpu, &one);
    sched_setaffinity(0, sizeof one, &one);
    return;
  }
}

class UsageOfAll {
 public:
  void begin(measure::Board& board) {
    getrusage(RUSAGE_SELF, &begun_);
    board.begun_ticks = engine::ticks();
  }
  void end(measure::Board& board) {
    board.ended_ticks = engine::ticks();
    rusage ended{};
    getrusage(RUSAGE_SELF, &ended);
    board.user_ns = ns_of(ended.ru_utime) - ns_of(begun_.ru_utime);
    board.system_ns = ns_of(ended.ru_stime) - ns_of(begun_.ru_stime);
    board.minor_faults = static_cast<uint64_t>(ended.ru_minflt - begun_.ru_minflt);
    board.major_faults = static_cast<uint64_t>(ended.ru_majflt - begun_.ru_majflt);
    board.voluntary_switches = static_cast<uint64_t>(ended.ru_nvcsw - begun_.ru_nvcsw);
    board.involuntary_switches = static_cast<uint64_t>(ended.ru_nivcsw - begun_.ru_nivcsw);
  }

 private:
  rusage begun_{};
};

// The C library allocates for the first thread of a process what it keeps: before its heap is looked at.
void start_a_first_thread() {
  pthread_t thread{};
  const auto nothing = [](void*) -> void* { return nullptr; };
  if (pthread_create(&thread, nullptr, nothing, nullptr) == 0) pthread_join(thread, nullptr);
}

void perform(engine::Engine& engine) {
  measure::Board& board = *engine.board;
  const bool builtin = board.orders.builtin[0] != 0;
  UsageOfAll usage;
  settle_on(board.orders.settle_on);
  if (builtin) start_a_first_thread();
  const size_t heap_before = builtin ? libc_heap_bytes() : 0;
  board.rss_base_bytes = rss_anon_bytes();
  board.state.store(measure::RunState::kRunning);
  if (engine.virtual_time) begin_virtual_time(reinterpret_cast<const uint64_t*>(&engine.now_ns));
  const Counters counters;
  counters.start();
  usage.begin(board);
  engine.begun_ticks = board.begun_ticks;
  engine::run_main_thread(engine);
  usage.end(board);
  counters.stop(board);
  board.rss_end_bytes = rss_anon_bytes();
  const MemoryDetails details = memory_details();
  board.lazy_free_bytes = details.lazy_free_bytes;
  board.huge_bytes = details.huge_bytes;
  board.rss_file_bytes = rss_file_bytes();
  if (builtin) board.harness_allocations = heap_grew(heap_before, engine.plan->threads) ? 1 : 0;
}

int run(const Script& script) {
  measure::Board& board = *script.board;
  // Outside all allocation: the engine itself must not be in the heap under test.
  alignas(engine::Engine) static unsigned char engine_room[sizeof(engine::Engine)];
  alignas(engine::Calls) static engine::Calls calls;
  if (script.plan == nullptr || !find_calls(board, *script.plan, calls)) {
    board.state.store(measure::RunState::kRefused);
    return kExitTrouble;
  }
  auto& engine = *new (engine_room) engine::Engine;
  if (!prepare_readings()) {
    board.trouble.what.store(measure::Trouble::kSystem);
    std::snprintf(board.trouble.text, sizeof board.trouble.text, "cannot read /proc/self/statm");
    board.state.store(measure::RunState::kFailed);
    return kExitTrouble;
  }
  set_stage(script, calls, engine);
  if (board.orders.pass == measure::Pass::kRecord) engine.mark = heapreel_mark;
  board.state.store(measure::RunState::kReady);
  perform(engine);
  if (board.orders.pass == measure::Pass::kVerify) {
    engine::copy_counts(board);
    if (board.orders.builtin[0] == 0) write_knobs(board);
  }
  const ClockCounts clock = clock_counts();
  board.clock_calls = clock.readings;
  board.sleeping_calls = clock.sleeps;
  board.clock_calls_on = 1;
  board.state.store(measure::RunState::kDone);
  return kExitOk;
}

}  // namespace
}  // namespace heapreel::runner

int main(int argc, char** argv) {
  using namespace heapreel::runner;
  const Script script = map_script(descriptor(argc, argv, "--board"), descriptor(argc, argv, "--plan"));
  if (script.board == nullptr) {
    std::fprintf(stderr, "%s: this is a part of heapreel; use 'heapreel replay'\n", argv[0]);
    return kExitUsage;
  }
  _exit(run(script));
}
