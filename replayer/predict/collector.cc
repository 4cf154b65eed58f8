// The functions of collector.h.
#include "replayer/predict/collector.h"

namespace heapreel::predict {
namespace {

using measure::Order;
using measure::Pace;
using measure::Pass;

std::vector<MemoryRun>& memory_list(AllocatorRuns& runs, const measure::RunOrders& orders) {
  if (orders.order == Order::kDeps) return runs.memory_free;
  return orders.pace == Pace::kFast ? runs.memory_fast : runs.memory;
}

}  // namespace

void Collector::add(Pass pass, const lab::AllocatorChoice& allocator, const lab::RunOutcome& outcome) {
  const measure::Board& board = outcome.board.board();
  if (!outcome.good() || board.orders.stop_at_seq != 0) return;
  if (allocator.builtin == "null") {
    if (pass != Pass::kMemory) return;
    harness_bytes_ = board.rss_base_bytes;
    harness_known_ = true;
    return;
  }
  AllocatorRuns& runs = runs_[allocator.name];
  if (pass == Pass::kMemory)
    memory_list(runs, board.orders)
        .push_back(read_memory_run(board, outcome.board.readings(), plan_.checkpoints, *plan_.header));
  if (pass == Pass::kThroughput && board.orders.pace == Pace::kFast)
    runs.cpu.push_back(read_cpu_run(board, outcome.board.threads()));
}

const AllocatorRuns& Collector::of(const std::string& name) const {
  static const AllocatorRuns kNone;
  const auto found = runs_.find(name);
  return found == runs_.end() ? kNone : found->second;
}

Scene Collector::scene(const ProgramRecord& program) const {
  return {.program = &program,
          .ops = plan_.header->ops,
          .one_thread = plan_.header->threads_alive_max <= 1,
          .checkpoints = plan_.checkpoints.size(),
          .harness_bytes = harness_bytes_};
}

}  // namespace heapreel::predict
