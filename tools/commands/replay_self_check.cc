// The function of replay_self_check.h.
#include "tools/commands/replay_self_check.h"

#include <algorithm>

#include "replayer/lab/gates.h"
#include "replayer/lab/results.h"
#include "replayer/predict/predict.h"
#include "replayer/predict/results_bridge.h"

namespace heapreel::commands {
namespace {

constexpr int kSelfCheckGate = 4;

predict::Evidence evidence_of(const predict::ProgramRecord& program, const predict::Collector& collector,
                              const Loads& loads, const lab::Results& results) {
  predict::Evidence evidence{.scene = collector.scene(program),
                             .refusals = predict::feedback_signs(program.references, loads.first, loads.again),
                             .touch_recorded = (results.reel.plan.flags & plan::kTouchRecorded) != 0,
                             .events_lost = results.reel.lost_events};
  for (const lab::AllocatorResult& row : results.allocators) {
    evidence.rows.push_back({.name = row.name, .failure = row.failure, .runs = {}});
    if (!row.failed()) evidence.rows.back().runs = collector.of(row.name);
    if (row.name == program.allocator) evidence.recorded = row.name;
  }
  return evidence;
}

}  // namespace

base::Status add_self_check(const std::string& path, const reel::ReelMetadata& metadata,
                            const predict::Collector& collector, const Loads& loads, lab::Results& results) {
  const auto file = reel::ReelFile::open(path);
  if (!file) return base::fail(file.error());
  const auto program = predict::read_program(*file, metadata.shared);
  if (!program) return base::fail(program.error());
  results.program = predict::program_facts(*program);
  if (results.config.stop_at_seq != 0) {
    results.gates.push_back(lab::skipped(kSelfCheckGate, "only the reel's first part was replayed"));
    std::ranges::stable_sort(results.gates, {}, &lab::Gate::number);
    return {};
  }
  const predict::Prediction prediction = predict::predict(evidence_of(*program, collector, loads, results));
  predict::add_prediction(prediction, results);
  results.gates.push_back(predict::self_check_gate(prediction.self_check));
  std::ranges::stable_sort(results.gates, {}, &lab::Gate::number);
  return {};
}

}  // namespace heapreel::commands
