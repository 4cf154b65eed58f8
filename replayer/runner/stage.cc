// The setting up of stage.h.
#include "replayer/runner/stage.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "replayer/engine/loops.h"
#include "replayer/engine/threads.h"
#include "replayer/engine/trouble.h"
#include "replayer/engine/waits.h"
#include "replayer/runner/read_ahead.h"
#include "replayer/runner/readings.h"

namespace heapreel::runner {
namespace {

constexpr uint64_t kStackBytes = 256 * 1024;
constexpr uint64_t kGuardBytes = 4096;
constexpr uint64_t kPopulatedBytesMax = uint64_t{1} << 30;
constexpr double kSpinNsMax = 50'000;

uint64_t size_of(int fd) {
  struct stat status {};
  return fstat(fd, &status) == 0 ? static_cast<uint64_t>(status.st_size) : 0;
}

uint8_t* map_file(int fd, uint64_t bytes, int protection) {
  if (bytes == 0) return nullptr;
  void* const mapped = mmap(nullptr, bytes, protection, MAP_SHARED, fd, 0);
  return mapped == MAP_FAILED ? nullptr : static_cast<uint8_t*>(mapped);
}

// Zeroed memory that does not count as anonymous.
template <class T>
T* make_array(measure::Board& board, uint64_t count, bool in_place = true) {
  const uint64_t bytes = std::max<uint64_t>(count, 1) * sizeof(T);
  const int populate = in_place && bytes <= kPopulatedBytesMax ? MAP_POPULATE : 0;
  void* const mapped =
      mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE | populate, -1, 0);
  if (mapped == MAP_FAILED) engine::stop_for_system(board, "no memory for the replay's own tables", errno);
  return static_cast<T*>(mapped);
}

template <class T>
T* at(measure::Board& board, uint64_t offset) {
  return offset != 0 ? reinterpret_cast<T*>(reinterpret_cast<uint8_t*>(&board) + offset) : nullptr;
}

uint32_t processors() {
  cpu_set_t set;
  CPU_ZERO(&set);
  return sched_getaffinity(0, sizeof set, &set) == 0 ? static_cast<uint32_t>(CPU_COUNT(&set)) : 1;
}

void set_orders(const measure::RunOrders& orders, engine::Engine& engine) {
  if (orders.order == measure::Order::kWindow) {
    engine.window_ops = orders.window_ops;
    engine.window_ns = orders.window_ns;
  }
  engine.strict = orders.order == measure::Order::kStrict;
  engine.times = orders.pace == measure::Pace::kTimes;
  engine.virtual_time = orders.pace == measure::Pace::kVirtual;
  engine.memory = orders.pass == measure::Pass::kMemory;
  engine.touches_large = (engine.plan->flags & plan::kTouchRecorded) == 0;
  engine.cpus = orders.cpus != 0 ? orders.cpus : processors();
  engine.log_every = std::max(orders.log_every, 1U);
  engine.ticks_per_ns = static_cast<double>(orders.ticks_per_second) / 1e9;
  engine.spin_turn_ticks = engine::measure_spin_turn(engine);
  engine.spin_ticks_max = static_cast<uint64_t>(kSpinNsMax * engine.ticks_per_ns);
  const bool null = orders.builtin[0] == 'n';  // its one block must not be written
  engine.perform = engine::loop_of(orders.pass, null ? measure::Touch::kNone : orders.touch);
}

void place_tables(measure::Board& board, engine::Engine& engine) {
  engine.boards = at<measure::ThreadBoard>(board, board.threads_offset);
  engine.checkpoints = at<measure::CheckpointReading>(board, board.readings_offset);
  engine.log = at<uint64_t>(board, board.log_offset);
  engine.histograms = board.histogram_sets != 0 ? at<measure::Histogram>(board, board.histograms_offset) : nullptr;
  engine.slow_calls = at<measure::SlowCalls>(board, board.slow_calls_offset);
}

void place_log(measure::Board& board, engine::Engine& engine) {
  auto* const first = make_array<uint64_t>(board, engine.plan->threads);
  uint64_t next = 0;
  for (uint64_t i = 0; i < engine.plan->threads; ++i) {
    first[i] = next;
    next += (engine.thread_plans[i].stretches + engine.log_every - 1) / engine.log_every;
  }
  if (next > board.log_entries) engine::stop_for_system(board, "the log is too small for the plan", EINVAL);
  engine.log_first = first;
}

void make_lanes(measure::Board& board, engine::Engine& engine) {
  engine.lanes = static_cast<uint32_t>(std::max<uint64_t>(engine.plan->threads_alive_max, 2));
  engine.lane_threads = make_array<std::atomic<engine::Thread*>>(board, engine.lanes);
  engine.free_lanes = make_array<uint32_t>(board, engine.lanes);
  engine.free_stacks = make_array<uint32_t>(board, engine.lanes);
  engine.ended = make_array<engine::Thread*>(board, engine.plan->threads);
  engine.stack_bytes = kStackBytes;
  engine.stacks = make_array<uint8_t>(board, engine.lanes * kStackBytes, false);
  for (uint32_t i = engine.lanes; i > 0; --i) {
    engine.free_lanes[engine.free_lane_count++] = i - 1;
    engine.free_stacks[engine.free_stack_count++] = i - 1;
    mprotect(engine.stacks + (i - 1) * kStackBytes, kGuardBytes, PROT_NONE);
  }
}

}  // namespace

Script map_script(int board_fd, int plan_fd) {
  Script script;
  const uint64_t board_bytes = size_of(board_fd);
  auto* const board = reinterpret_cast<measure::Board*>(
      board_bytes >= sizeof(measure::Board) ? map_file(board_fd, board_bytes, PROT_READ | PROT_WRITE) : nullptr);
  if (board == nullptr || board->magic != measure::kBoardMagic || board->version != measure::kBoardVersion) return {};
  script.board = board;
  const uint64_t plan_bytes = size_of(plan_fd);
  const auto* const plan = reinterpret_cast<const plan::PlanHeader*>(
      plan_bytes >= sizeof(plan::PlanHeader) ? map_file(plan_fd, plan_bytes, PROT_READ) : nullptr);
  const bool sound = plan != nullptr && plan->magic == plan::kPlanMagic && plan->version == plan::kPlanVersion &&
                     plan->file_bytes == plan_bytes && plan->threads == board->threads;
  if (!sound) {
    board->trouble.what.store(measure::Trouble::kBadPlan);
    std::snprintf(board->trouble.text, sizeof board->trouble.text, "the plan and the board do not fit this runner");
    return script;
  }
  script.plan = plan;
  script.plan_fd = plan_fd;
  return script;
}

void set_stage(const Script& script, const engine::Calls& calls, engine::Engine& engine) {
  measure::Board& board = *script.board;
  const auto* const bytes = reinterpret_cast<const uint8_t*>(script.plan);
  engine.board = &board;
  engine.plan = script.plan;
  engine.plan_bytes = bytes;
  engine.thread_plans = reinterpret_cast<const plan::ThreadPlan*>(bytes + script.plan->threads_offset);
  engine.extents = reinterpret_cast<const plan::Extent*>(bytes + script.plan->extents_offset);
  engine.calls = &calls;
  engine.readings = {.rss_bytes = rss_anon_bytes, .process_cpu_ns = process_cpu_ns};
  set_orders(board.orders, engine);
  place_tables(board, engine);
  place_log(board, engine);
  make_lanes(board, engine);
  engine.slots = make_array<engine::Slot>(board, script.plan->slots);
  engine.threads = make_array<engine::Thread>(board, script.plan->threads);
  for (uint32_t i = 0; i < script.plan->threads; ++i) {
    new (&engine.threads[i]) engine::Thread;
    engine::prepare_thread(engine, i);
  }
  start_reading_ahead(script.plan_fd, engine);
}

}  // namespace heapreel::runner
