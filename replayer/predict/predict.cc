// The function of predict.h.
#include "replayer/predict/predict.h"

#include <fmt/format.h>

#include "replayer/predict/cpu_model.h"
#include "replayer/predict/memory_model.h"
#include "replayer/predict/ranking.h"
#include "replayer/predict/self_check.h"

namespace heapreel::predict {
namespace {

const AllocatorRuns& recorded_runs(const Evidence& evidence) {
  static const AllocatorRuns kNone;
  for (const Evidence::Row& row : evidence.rows)
    if (row.name == evidence.recorded) return row.runs;
  return kNone;
}

AllocatorPrediction predict_row(const Evidence& evidence, const Evidence::Row& row, const SelfCheck& check) {
  const AllocatorRuns& recorded = recorded_runs(evidence);
  AllocatorPrediction prediction{.name = row.name, .failure = row.failure, .recorded = row.name == evidence.recorded};
  if (check.predicts() && !row.runs.memory.empty())
    prediction.memory = predict_memory(evidence.scene, row.runs, recorded.memory);
  if (check.predicts() && !row.runs.cpu.empty() && !recorded.cpu.empty())
    prediction.cpu = predict_cpu(*evidence.scene.program, row.runs.cpu, recorded.cpu, evidence.scene.one_thread);
  if (check.predicts() || row.runs.memory_free.empty()) return prediction;
  const Bounds bounds = memory_bounds(evidence.scene, row.runs);
  prediction.peak_bounds = bounds.peak;
  prediction.mean_bounds = bounds.mean;
  return prediction;
}

// Rows without a prediction rank behind all others: nothing is known of them.
Ranking rank_by(const std::vector<AllocatorPrediction>& rows, Estimate MemoryPrediction::*what) {
  std::vector<Estimate> estimates;
  std::vector<size_t> known;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (!rows[i].memory) continue;
    estimates.push_back((*rows[i].memory).*what);
    known.push_back(i);
  }
  Ranking among = rank(estimates);
  Ranking ranking{.regret = std::vector<double>(rows.size(), 0), .regret_of_best_max = among.regret_of_best_max};
  for (const size_t place : among.order) ranking.order.push_back(known[place]);
  for (const auto& [one, other] : among.ties) ranking.ties.emplace_back(known[one], known[other]);
  for (size_t i = 0; i < known.size(); ++i) ranking.regret[known[i]] = among.regret[i];
  return ranking;
}

std::vector<std::string> notes_of(const Evidence& evidence) {
  std::vector<std::string> notes;
  const ProgramRecord& program = *evidence.scene.program;
  if (!evidence.touch_recorded)
    notes.emplace_back(
        "which pages of large blocks were touched is not recorded: all were taken to be, so memory is an "
        "upper bound");
  if (program.references.runs == 0)
    notes.emplace_back("no reference runs: recorded with --reference 3, time and spread would be known better");
  if (evidence.events_lost > 0) notes.push_back(fmt::format("{} events of the record are lost", evidence.events_lost));
  return notes;
}

}  // namespace

Prediction predict(const Evidence& evidence) {
  Prediction prediction;
  const AllocatorRuns& recorded = recorded_runs(evidence);
  prediction.one_thread = evidence.scene.one_thread;
  prediction.self_check = self_check(evidence.scene, recorded.memory, evidence.refusals);
  for (const Evidence::Row& row : evidence.rows)
    prediction.allocators.push_back(predict_row(evidence, row, prediction.self_check));
  prediction.by_peak = rank_by(prediction.allocators, &MemoryPrediction::peak);
  prediction.by_mean = rank_by(prediction.allocators, &MemoryPrediction::mean);
  if (!prediction.by_peak.order.empty()) {
    const MemoryPrediction& best = *prediction.allocators[prediction.by_peak.order.front()].memory;
    prediction.base_share = best.peak.value > 0 ? best.reasons.program_bytes / best.peak.value : 0;
  }
  prediction.notes = notes_of(evidence);
  return prediction;
}

}  // namespace heapreel::predict
