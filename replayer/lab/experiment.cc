// The passes in their order, and the gates.
#include "replayer/lab/experiment.h"

#include <algorithm>
#include <fmt/format.h>

#include "replayer/lab/machine.h"
#include "replayer/lab/passes.h"

namespace heapreel::lab {
namespace {

using measure::Order;
using measure::Pace;
using measure::Pass;
using measure::Touch;

ConfigFacts config_of(const ExperimentOptions& options) {
  const measure::RunOrders usual;
  return {.pace = name_of(options.pace.value_or(Pace::kFast)),
          .memory_pace = name_of(options.pace.value_or(Pace::kVirtual)),
          .order = name_of(options.order),
          .touch = name_of(options.touch),
          .rounds_were_fixed = options.rounds != 0,
          .quick = options.quick,
          .seed = options.seed,
          .window_ops = usual.window_ops,
          .window_ns = usual.window_ns,
          .speed = options.speed,
          .time_limit_s = options.time_limit_s,
          .watchdog_s = options.watchdog_s,
          .cpus = options.cpus};
}

// `bump` gives nothing back: it is left out where all that was ever asked for would not fit.
bool bounds_fit(const Experiment& experiment, const MachineFacts& machine) {
  return !experiment.options.quick && experiment.plan.header->bytes_requested < machine.memory_bytes / 4;
}

Gate live_gate_of(const Passes& passes, const Experiment& experiment) {
  if (experiment.options.order == Order::kDeps) return skipped(3, "in deps order threads may run ahead of each other");
  return live_gate(passes.curves());
}

Gate conservation_gate_of(const Passes& passes, const Rows& rows) {
  if (passes.bounded()) return skipped(1, "only the reel's first part was replayed");
  std::vector<std::pair<std::string, std::string>> faults;
  for (const Row& row : rows.rows)
    if (row.result.verified) faults.emplace_back(row.result.name, row.conservation_fault);
  return conservation_gate(faults, passes.calls());
}

Gate harness_gate_of(const Passes& passes, Rows& rows, const plan::PlanHeader& plan) {
  HarnessFigures harness = passes.harness();
  const Row& null = *rows.first(Role::kNull);
  if (null.memory.empty() || null.time.empty()) return skipped(5, "there is no run with null");
  const Figures& figures = null.memory.front().figures;
  harness.null_growth_bytes = static_cast<uint64_t>(figures.at("rss_peak_bytes") - figures.at("rss_base_bytes"));
  harness.threads = plan.threads_alive_max;
  harness.null_ns_per_op = median(null.of("ns_per_op"));
  return harness_gate(harness);
}

base::Status add_gates(Passes& passes, Rows& rows, const Experiment& experiment, Results& results) {
  results.gates.push_back(losses_gate(experiment.reel.lost_events, experiment.reel.events));
  results.gates.push_back(conservation_gate_of(passes, rows));
  auto again = passes.rerecord();
  if (!again) return base::fail(again.error());
  results.gates.push_back(std::move(*again));
  results.gates.push_back(live_gate_of(passes, experiment));
  results.gates.push_back(harness_gate_of(passes, rows, *experiment.plan.header));
  results.gates.push_back(passes.pace() ? pace_gate(*passes.pace()) : skipped(6, "recorded times are not kept"));
  return {};
}

base::Status measure_all(Passes& passes, Rows& rows) {
  HEAPREEL_TRY(passes.probe());
  HEAPREEL_TRY(passes.verify());
  if (!rows.reference_row().alive() && !replace_reference(rows)) return {};
  HEAPREEL_TRY(passes.throughput());
  HEAPREEL_TRY(passes.latency());
  return passes.memory();
}

void add_warnings(const Experiment& experiment, const Passes& passes, Results& results) {
  const auto warn = [&results](std::string text) { results.warnings.push_back(std::move(text)); };
  const plan::PlanHeader& plan = *experiment.plan.header;
  if (passes.bounded())
    warn(fmt::format("only the first {} of {} ops were replayed, to be quick", results.config.stop_at_seq, plan.ops));
  if (passes.is_too_long() && !passes.bounded())
    warn("the reel is too long for a quick answer, and of several threads it cannot be cut: there is one round only");
  if (plan.threads_alive_max > results.machine.cores)
    warn(fmt::format("{} threads at once on {} processors: waits and times are those of a crowded machine",
                     plan.threads_alive_max, results.machine.cores));
  if (experiment.options.touch == Touch::kRecorded && (plan.flags & plan::kTouchRecorded) == 0)
    warn("the reel does not say which pages of large blocks were touched: they are touched whole, at birth");
  for (const AllocatorResult& allocator : results.allocators) {
    const bool by_times = experiment.options.pace == Pace::kTimes;  // then waiting is what they should do
    if (allocator.wait_share > 0.1 && !by_times)
      warn(fmt::format("{}: threads wait for each other {:.0f} % of the time: dependency-bound", allocator.name,
                       allocator.wait_share * 100));
    if (allocator.sleeping_calls > 0)
      warn(fmt::format("{}: its own threads sleep by real time: what they do is not where it was", allocator.name));
    if (allocator.ns_per_op_to_reference.drifts)
      warn(fmt::format("{}: its ratio to the reference drifts over the rounds", allocator.name));
  }
}

}  // namespace

base::Result<Results> run_experiment(const Experiment& experiment) {
  const uint64_t began = now_ticks();
  Results results{.reel = experiment.reel, .machine = look_at_machine(), .config = config_of(experiment.options)};
  results.reel.plan = *experiment.plan.header;
  auto map = PlanMap::open(experiment.plan);
  if (!map) return base::fail(std::move(map).error());
  auto rows = make_rows(experiment.allocators, experiment.reel.allocator, bounds_fit(experiment, results.machine));
  if (!rows) return base::fail(rows.error());
  Passes passes(experiment, **map, *rows, results);
  HEAPREEL_TRY(measure_all(passes, *rows));
  results.config.stop_at_seq = passes.bounded() ? passes.stop_at_seq() : 0;
  HEAPREEL_TRY(add_gates(passes, *rows, experiment, results));
  summarize(*rows, experiment.options.seed, results);
  add_warnings(experiment, passes, results);
  results.machine.load_after = load_now();
  results.wall_s = static_cast<double>(now_ticks() - began) / static_cast<double>(ticks_per_second());
  return results;
}

bool Results::any_failed() const { return std::ranges::any_of(allocators, &AllocatorResult::failed); }

bool Results::gates_hold() const {
  return std::ranges::none_of(gates, [](const Gate& gate) { return gate.state == GateState::kFail; });
}

const char* name_of(Order order) {
  constexpr const char* kNames[] = {"window", "strict", "deps"};
  return kNames[static_cast<size_t>(order)];
}
const char* name_of(Pace pace) {
  constexpr const char* kNames[] = {"fast", "virtual", "times"};
  return kNames[static_cast<size_t>(pace)];
}
const char* name_of(Touch touch) {
  constexpr const char* kNames[] = {"recorded", "full", "page", "first", "none"};
  return kNames[static_cast<size_t>(touch)];
}
const char* name_of(Pass pass) {
  constexpr const char* kNames[] = {"throughput", "latency", "memory", "verify", "record"};
  return kNames[static_cast<size_t>(pass)];
}

}  // namespace heapreel::lab
