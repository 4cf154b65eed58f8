// A board as the lab owns it: a shared memory file, laid out for one plan, with the orders of one run written in.
//
// The runner maps the same file and fills it; what it wrote stays readable however it ended. Everything read from the
// board is data of another process: lengths come from what the lab laid out, never from what stands there afterwards.
#pragma once

#include <span>
#include <string>

#include "replayer/measure/board_format.h"
#include "replayer/plan/plan_format.h"
#include "trace_format/base/file.h"

namespace heapreel::lab {

// What a run needs to know of a plan; borrows all of it.
struct PlanRef {
  int fd = -1;
  const plan::PlanHeader* header = nullptr;
  std::span<const plan::ThreadPlan> threads{};
  std::span<const plan::Checkpoint> checkpoints{};
  std::span<const plan::Extent> extents{};
};

// Of whatever opens plans: plan::PlanFile.
template <class Plan>
PlanRef plan_ref(const Plan& plan) {
  return {.fd = plan.fd().get(),
          .header = &plan.header(),
          .threads = plan.threads(),
          .checkpoints = plan.checkpoints(),
          .extents = plan.extents()};
}

class BoardMemory {
 public:
  static base::Result<BoardMemory> create(const PlanRef& plan, const measure::RunOrders& orders);
  BoardMemory(BoardMemory&& other) noexcept;
  BoardMemory& operator=(BoardMemory&& other) noexcept;
  ~BoardMemory();

  int fd() const { return fd_.get(); }
  const measure::Board& board() const { return *reinterpret_cast<const measure::Board*>(memory_); }
  std::span<const measure::ThreadBoard> threads() const;
  std::span<const measure::CheckpointReading> readings() const;  // empty unless the pass is kMemory
  std::span<const uint64_t> log() const;
  std::span<const measure::Histogram> histograms() const;  // whole sets of kHistograms; empty unless kLatency
  std::span<const measure::SlowCalls> slow_calls() const;  // a list for each set

  // A text field of the board, ended where the field ends if the runner did not end it.
  template <size_t kBytes>
  static std::string text(const char (&field)[kBytes]) {
    return std::string(field, strnlen(field, kBytes));
  }

 private:
  struct Layout {
    uint64_t threads_offset, threads, readings_offset, readings, log_offset, log_entries, histograms_offset,
        histogram_sets, slow_calls_offset, bytes;
  };
  static Layout layout_of(const PlanRef& plan, const measure::RunOrders& orders);
  BoardMemory(base::Fd fd, uint8_t* memory, const Layout& layout)
      : fd_(std::move(fd)), memory_(memory), layout_(layout) {}

  base::Fd fd_;
  uint8_t* memory_ = nullptr;
  Layout layout_{};
};

// How many log entries a thread has.
constexpr uint64_t log_entries_of(uint64_t stretches, uint32_t log_every) {
  return (stretches + log_every - 1) / log_every;
}

}  // namespace heapreel::lab
