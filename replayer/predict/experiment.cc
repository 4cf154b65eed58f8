// The function of experiment.h.
#include "replayer/predict/experiment.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <numeric>
#include <random>

#include "replayer/predict/collector.h"
#include "replayer/predict/self_check.h"

namespace heapreel::predict {
namespace {

using measure::Order;
using measure::Pace;
using measure::Pass;

constexpr uint64_t kPadBytesMax = 4096;

// One kind of run, made of every allocator so many times.
struct Series {
  Pass pass = Pass::kMemory;
  Pace pace = Pace::kVirtual;
  Order order = Order::kWindow;
  uint64_t rounds = 1;
};

class Runs {
 public:
  explicit Runs(const Experiment& experiment)
      : experiment_(experiment), collector_(experiment.plan), random_(experiment.options.seed) {}

  base::Status measure_harness() {
    HEAPREEL_TRY(run(experiment_.null, {.order = experiment_.options.order}));
    if (collector_.harness_known()) return {};
    return base::fail({.code = base::ErrorCode::kIo,
                       .what = "cannot measure what a replay itself takes",
                       .why = failures_[experiment_.null.name],
                       .hint = "'heapreel replay' shows more of what went wrong"});
  }

  base::Status make(const Series& series) {
    std::vector<size_t> order(experiment_.allocators.size());
    std::iota(order.begin(), order.end(), size_t{0});
    for (uint64_t round = 0; round < series.rounds; ++round) {
      if (round > 0 && is_late()) return {};
      std::ranges::shuffle(order, random_);
      for (const size_t i : order)
        if (!failures_.contains(experiment_.allocators[i].name)) HEAPREEL_TRY(run(experiment_.allocators[i], series));
    }
    return {};
  }

  void expect(uint64_t runs) { expected_ = made_ + runs; }
  const Collector& collector() const { return collector_; }
  const std::map<std::string, std::string>& failures() const { return failures_; }

 private:
  lab::RunRequest request_of(const lab::AllocatorChoice& allocator, const Series& series) {
    lab::RunRequest request;
    request.plan = experiment_.plan;
    request.allocator = &allocator;
    request.orders.order = series.order;
    request.orders.pace = series.pace;
    request.orders.touch = experiment_.options.touch;
    request.orders.pass = series.pass;
    request.watchdog_s = experiment_.options.watchdog_s;
    request.cpus = experiment_.options.cpus;
    request.environment_pad_bytes = random_() % kPadBytesMax;
    return request;
  }

  base::Status run(const lab::AllocatorChoice& allocator, const Series& series) {
    if (experiment_.options.on_progress) experiment_.options.on_progress(made_, expected_);
    const auto outcome = lab::run_once(request_of(allocator, series));
    if (!outcome) return base::fail(outcome.error());
    ++made_;
    if (outcome->good()) {
      collector_.add(series.pass, allocator, *outcome);
      return {};
    }
    failures_[allocator.name] = outcome->failure;
    collector_.drop(allocator.name);
    return {};
  }

  bool is_late() const {
    const double limit_s = experiment_.options.time_limit_s;
    const auto ticks = static_cast<double>(lab::now_ticks() - began_ticks_);
    return limit_s > 0 && ticks > limit_s * static_cast<double>(lab::ticks_per_second());
  }

  const Experiment& experiment_;
  Collector collector_;
  std::mt19937_64 random_;
  std::map<std::string, std::string> failures_;
  uint64_t made_ = 0;
  uint64_t expected_ = 0;
  uint64_t began_ticks_ = lab::now_ticks();
};

bool has(const std::vector<lab::AllocatorChoice>& allocators, const std::string& name) {
  return std::ranges::any_of(allocators, [&](const lab::AllocatorChoice& choice) { return choice.name == name; });
}

Evidence evidence_of(const Experiment& experiment, const Runs& runs, std::vector<std::string> refusals) {
  Evidence evidence{.scene = runs.collector().scene(*experiment.program),
                    .refusals = std::move(refusals),
                    .touch_recorded = (experiment.plan.header->flags & plan::kTouchRecorded) != 0,
                    .events_lost = experiment.events_lost};
  for (const lab::AllocatorChoice& allocator : experiment.allocators) {
    const auto failed = runs.failures().find(allocator.name);
    evidence.rows.push_back({.name = allocator.name,
                             .failure = failed == runs.failures().end() ? "" : failed->second,
                             .runs = runs.collector().of(allocator.name)});
  }
  if (has(experiment.allocators, experiment.program->allocator)) evidence.recorded = experiment.program->allocator;
  return evidence;
}

}  // namespace

base::Result<Prediction> run_experiment(const Experiment& experiment) {
  const ExperimentOptions& options = experiment.options;
  const uint64_t rows = experiment.allocators.size();
  Runs runs(experiment);
  std::vector<std::string> signs =
      feedback_signs(experiment.program->references, load_figures(*experiment.plan.header, experiment.plan.checkpoints),
                     experiment.again);
  runs.expect(1 + rows * (2 * options.rounds + 1));
  HEAPREEL_TRY(runs.measure_harness());
  HEAPREEL_TRY(runs.make({.order = options.order, .rounds = options.rounds}));
  const Evidence so_far = evidence_of(experiment, runs, signs);
  if (self_check(so_far.scene, runs.collector().of(so_far.recorded).memory, signs).predicts()) {
    HEAPREEL_TRY(runs.make({.pace = Pace::kFast, .order = options.order}));
    HEAPREEL_TRY(
        runs.make({.pass = Pass::kThroughput, .pace = Pace::kFast, .order = options.order, .rounds = options.rounds}));
  } else {
    runs.expect(rows * options.rounds);
    HEAPREEL_TRY(runs.make({.order = Order::kDeps, .rounds = options.rounds}));
  }
  return predict(evidence_of(experiment, runs, std::move(signs)));
}

}  // namespace heapreel::predict
