// The class behind tuning.h.
#include "tools/commands/tuning.h"

#include <algorithm>
#include <fmt/format.h>
#include <sched.h>

#include "tools/cli/quantity.h"
#include "tools/cli/tell.h"
#include "tools/cli/version.h"
#include "tools/commands/pass_line.h"
#include "tools/commands/replay_self_check.h"
#include "tools/commands/result_outputs.h"

namespace heapreel::commands {
namespace {

constexpr double kShareOfSearch = 0.5;  // of the time limit
constexpr double kFinalRounds = 20;     // for the estimate: what a row of the final is worth, in candidate-rounds
constexpr double kFixedRounds = 10;     // of those, without the rounds of the throughput pass
constexpr uint64_t kRoundsOfShortFinal = 3;
constexpr double kClaimableLeast = 0.005;   // of memory
constexpr double kClaimableUnknown = 0.02;  // where there are too few rounds of the reference against itself
constexpr double kBytesToClaim = 128 << 10;

class Tuning {
 public:
  Tuning(const TuneRequest& asked, const ReplayReel& reel, const std::vector<lab::AllocatorChoice>& allocators)
      : asked_(asked),
        reel_(reel),
        allocators_(allocators),
        runs_({.plan = lab::plan_ref(reel.planned.plan),
               .allocators = allocators_,
               .replay = asked_.replay,
               .memory = asked_.memory,
               .on_progress = [this](uint64_t done, uint64_t of) { line_.show(stage_, done, of); }}) {}

  base::Result<tune::Tuned> run() {
    tuned_.objective = asked_.search.objective;
    tuned_.memory = asked_.memory;
    const std::vector<tune::Candidate> singles = candidates();
    tuned_.candidates = singles.size();
    HEAPREEL_TRY(estimate(singles.size()));
    stage_ = "search";
    const uint64_t began = lab::now_ticks();
    auto found = tune::search(defaults_, singles, runs_.bench(), asked_.search);
    if (!found) return base::fail(found.error());
    tuned_.search = std::move(*found);
    uint64_t measured = 0;
    for (const tune::Rung& rung : tuned_.search.rungs) measured += rung.rounds * (rung.rows.size() + 1);
    if (measured > 0) each_s_ = seconds_since(began) / static_cast<double>(measured);
    HEAPREEL_TRY(make_final());
    judge();
    return std::move(tuned_);
  }

 private:
  // The defaults, that of the recorded allocator first; and each setting alone, but for what --set has decided.
  std::vector<tune::Candidate> candidates() {
    std::vector<std::string> names;
    std::vector<tune::FixedKnob> fixed;
    for (const lab::AllocatorChoice& allocator : allocators_) {
      names.push_back(allocator.name);
      for (const auto& [name, value] : lab::asked_of(allocator.settings)) {
        fixed.push_back({allocator.name, name});
        if (name == "tcache_max") fixed.push_back({allocator.name, "lg_tcache_max"});
      }
    }
    const auto place = std::ranges::find(names, reel_.facts.allocator);
    const auto glibc = std::ranges::find(names, "glibc");
    for (const std::string& name : names) defaults_.push_back({.allocator = name, .settings = {}});
    const auto first = place != names.end() ? place : glibc;
    if (first != names.end()) std::swap(defaults_.front(), defaults_[static_cast<size_t>(first - names.begin())]);
    cpu_set_t cpus;
    CPU_ZERO(&cpus);
    const bool known = ::sched_getaffinity(0, sizeof cpus, &cpus) == 0;
    const unsigned processors = known ? static_cast<unsigned>(CPU_COUNT(&cpus)) : 1;
    return tune::single_settings(tune::catalogue(processors), names, fixed);
  }

  // One round of the defaults says what a candidate costs; it also brings files into memory.
  base::Status estimate(size_t singles) {
    stage_ = "what a replay takes";
    const uint64_t began = lab::now_ticks();
    if (const auto probed = runs_.bench().measure(defaults_, 1); !probed) return base::fail(probed.error());
    const double spent_s = seconds_since(began);
    each_s_ = spent_s / static_cast<double>(defaults_.size());
    if (asked_.time_limit_s > 0) {
      const double left_s = std::max(asked_.time_limit_s * kShareOfSearch - spent_s, 0.0);
      const auto fits = static_cast<uint64_t>(left_s / std::max(each_s_, 1e-6));
      asked_.search.budget = std::max<uint64_t>(std::min(asked_.search.budget, fits), 1);
      runs_.end_at(began + ticks(asked_.time_limit_s * kShareOfSearch));
    }
    tuned_.budget = asked_.search.budget;
    const double rounds = asked_.replay.rounds != 0 ? static_cast<double>(3 * asked_.replay.rounds) : kFinalRounds;
    double whole_s = each_s_ * (static_cast<double>(tuned_.budget) +
                                rounds * static_cast<double>(defaults_.size() + tune::kFinalistsMax));
    if (asked_.time_limit_s > 0) whole_s = std::min(whole_s, asked_.time_limit_s);
    cli::tell("heapreel: {} settings of {} allocator{}, two replays each in {}: about {} in all\n", singles,
              defaults_.size(), defaults_.size() == 1 ? "" : "s", duration(each_s_), duration(whole_s));
    return {};
  }

  // What is left of the time limit, less what passes other than throughput take, is for the final's rounds.
  void bound(lab::ExperimentOptions& options) const {
    if (asked_.time_limit_s == 0 || asked_.replay.rounds != 0) return;
    const double fixed_s = each_s_ * kFixedRounds * static_cast<double>(tuned_.rows.size());
    const double left_s = asked_.time_limit_s - seconds_since(asked_.replay.began_ticks) - fixed_s;
    if (left_s < fixed_s / 2) options.rounds = kRoundsOfShortFinal;
    options.time_limit_s = std::max(left_s, 1e-3);
  }

  base::Status make_final() {
    tuned_.rows = defaults_;
    tuned_.rows.insert(tuned_.rows.end(), tuned_.search.finalists.begin(), tuned_.search.finalists.end());
    for (const tune::Candidate& row : tuned_.rows)
      tuned_.choices.push_back(tune::applied(runs_.allocator_of(row), row));
    lab::Experiment experiment{.plan = lab::plan_ref(reel_.planned.plan),
                               .reel = reel_.facts,
                               .allocators = tuned_.choices,
                               .options = asked_.replay};
    bound(experiment.options);
    experiment.hooks.on_progress = [this](const std::string& pass, uint64_t done, uint64_t of) {
      line_.show("final, " + pass, done, of);
    };
    predict::Collector collector(experiment.plan);
    experiment.hooks.on_run = [&collector](measure::Pass pass, const lab::AllocatorChoice& allocator,
                                           const lab::RunOutcome& outcome) { collector.add(pass, allocator, outcome); };
    auto results = lab::run_experiment(experiment);
    if (!results) return base::fail(results.error());
    tuned_.results = std::move(*results);
    tuned_.results.producer_version = cli::kVersion;
    tuned_.results.command = own_words();
    tuned_.results.made_at = now_text();
    const plan::PlanFile& plan = reel_.planned.plan;
    const Loads loads{.first = predict::load_figures(plan.header(), plan.checkpoints()), .again = {}};
    return add_self_check(asked_.path, reel_.metadata, collector, loads, tuned_.results);
  }

  static std::vector<double> samples_of(const lab::AllocatorResult& row, const std::string& metric) {
    const auto found = row.metrics.find(metric);
    return row.failed() || found == row.metrics.end() ? std::vector<double>() : found->second.samples;
  }

  void judge() {
    const lab::Results& results = tuned_.results;
    std::vector<tune::FinalRow> rows;
    for (size_t i = 0; i < tuned_.rows.size(); ++i) {
      const lab::AllocatorResult& row = results.allocators[i];
      if (row.name == results.config.reference) tuned_.reference = i;
      rows.push_back({.allocator = tuned_.rows[i].allocator,
                      .settings = tuned_.rows[i].settings.size(),
                      .time = samples_of(row, "ns_per_op"),
                      .memory = samples_of(row, tune::metric_of(asked_.memory))});
    }
    const auto itself = lab::estimate(tuned_.search.memory_against_itself, asked_.replay.seed);
    const bool known = tuned_.search.memory_against_itself.size() >= tune::kRoundsToClaim;
    const double least = known ? kClaimableLeast : kClaimableUnknown;
    const double bytes = results.allocators[tuned_.reference].of(tune::metric_of(asked_.memory));
    tuned_.claimable = {.time = results.aa.claimable,
                        .memory = std::max({lab::claimable(itself), least, kBytesToClaim / std::max(bytes, 1.0)})};
    tuned_.decision = tune::decide(rows, tuned_.reference, tuned_.claimable, asked_.replay.seed);
    for (const lab::Gate& gate : results.gates)
      if (gate.state == lab::GateState::kFail && tuned_.no_recommendation.empty())
        tuned_.no_recommendation = fmt::format("the replay did not keep to the record ({}: {})", gate.name, gate.text);
  }

  static uint64_t ticks(double seconds) {
    return static_cast<uint64_t>(seconds * static_cast<double>(lab::ticks_per_second()));
  }
  static double seconds_since(uint64_t began) {
    return static_cast<double>(lab::now_ticks() - began) / static_cast<double>(lab::ticks_per_second());
  }
  static std::string duration(double seconds) {
    return cli::format_duration(static_cast<uint64_t>(std::max(seconds, 0.0) * 1e9));
  }

  TuneRequest asked_;
  const ReplayReel& reel_;
  const std::vector<lab::AllocatorChoice>& allocators_;
  std::vector<tune::Candidate> defaults_;
  PassLine line_;
  double each_s_ = 0;  // what measuring a candidate once takes
  std::string stage_;
  tune::Runs runs_;
  tune::Tuned tuned_;
};

}  // namespace

base::Result<tune::Tuned> make_tuning(const TuneRequest& request, const ReplayReel& reel,
                                      const std::vector<lab::AllocatorChoice>& allocators) {
  return Tuning(request, reel, allocators).run();
}

}  // namespace heapreel::commands
