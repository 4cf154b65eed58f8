// Which rows run in which pass, and how often.
#include "replayer/lab/passes.h"

#include <algorithm>
#include <fmt/format.h>

#include "replayer/lab/identify.h"
#include "replayer/lab/schedule.h"

namespace heapreel::lab {
namespace {

using measure::Pace;
using measure::Pass;

constexpr uint64_t kLogEntriesMax = 4 << 20;  // 32 MiB
constexpr uint64_t kPadBytesMax = 4096;
constexpr uint64_t kProbedOps = 200'000;
constexpr uint64_t kBoundRounds = 5;  // bump and pool: a mark on the scale, not a contest

uint32_t log_every_of(const plan::PlanHeader& plan) {
  return static_cast<uint32_t>(plan.stretches / kLogEntriesMax + 1);
}

// How far apart this order lets threads be.
Window window_of(measure::Order order) {
  const measure::RunOrders usual;
  return order == measure::Order::kWindow ? Window{.ops = usual.window_ops, .ns = usual.window_ns} : Window{};
}

double seconds(uint64_t ticks) { return static_cast<double>(ticks) / static_cast<double>(ticks_per_second()); }

}  // namespace

RunRequest Passes::request_for(const Row& row, Pass pass) {
  RunRequest request;
  request.plan = experiment_.plan;
  request.allocator = &row.choice;
  const Pace usual = pass == Pass::kMemory ? Pace::kVirtual : Pace::kFast;
  const bool by_time = pass == Pass::kThroughput || pass == Pass::kLatency || pass == Pass::kMemory;
  request.orders = {.order = options_.order,
                    .pace = by_time ? options_.pace.value_or(usual) : Pace::kFast,
                    .touch = options_.touch,
                    .pass = pass,
                    .speed = options_.speed,
                    .stop_at_seq = stop_at_seq_,
                    .log_every = log_every_of(*experiment_.plan.header)};
  request.watchdog_s = options_.watchdog_s;
  request.sample_rss = pass == Pass::kMemory;
  request.cpus = options_.cpus;
  if (pass == Pass::kThroughput && experiment_.plan.header->threads_alive_max == 1)
    request.orders.settle_on = round_ + 1;
  request.environment_pad_bytes = (options_.seed ^ ++runs_ * 0x9e3779b97f4a7c15) % kPadBytesMax;
  return request;
}

base::Result<std::unique_ptr<RunOutcome>> Passes::run(Row& row, Pass pass) {
  auto outcome = run_once(request_for(row, pass));
  if (!outcome) return base::fail(std::move(outcome).error());
  results_.sampler_cpu_s += static_cast<double>(outcome->sampler_cpu_ns) / 1e9;
  harness_.allocations += outcome->board.board().harness_allocations;
  note_identity(row.result, row.choice, outcome->board);
  if (outcome->good()) {
    if (experiment_.hooks.on_run && (row.candidate() || row.role == Role::kNull))
      experiment_.hooks.on_run(pass, row.choice, *outcome);
    return std::make_unique<RunOutcome>(std::move(*outcome));
  }
  row.result.failure = outcome->failure;
  row.result.detail = outcome->detail;
  row.result.failed_pass = name_of(pass);
  return std::unique_ptr<RunOutcome>();
}

void Passes::tell(Pass pass, uint64_t done, uint64_t of) {
  if (experiment_.hooks.on_progress) experiment_.hooks.on_progress(name_of(pass), done, of);
}

bool Passes::takes_part(const Row& row, Pass pass, uint64_t round) const {
  if (!row.alive()) return false;
  switch (row.role) {
    case Role::kCandidate:
      return true;
    case Role::kNull:
      return pass == Pass::kThroughput || pass == Pass::kLatency || (pass == Pass::kMemory && round == 0);
    case Role::kDuplicate:
      return pass == Pass::kThroughput;
    case Role::kBound:
      return pass == Pass::kThroughput && round <= kBoundRounds;
  }
  return false;
}

double Passes::seconds_so_far() const { return seconds(now_ticks() - options_.began_ticks); }

base::Status Passes::probe() {
  calls_ = calls_of(*experiment_.plan.header);
  if (!options_.quick) return {};
  // Only one thread can be stopped anywhere: of several, one might wait for what another no longer does.
  const bool one_thread = experiment_.plan.threads.size() == 1;
  const uint64_t ops = experiment_.plan.header->ops;
  const uint64_t probed = one_thread ? std::min(kProbedOps, ops) : ops;
  stop_at_seq_ = one_thread ? probed : 0;
  const auto request = request_for(rows_.reference_row(), Pass::kThroughput);
  const auto outcome = run_once(request);
  stop_at_seq_ = 0;
  if (!outcome) return base::fail(outcome.error());
  if (!outcome->good()) return {};  // the verification will say what is wrong with it
  const measure::Board& board = outcome->board.board();
  const double replay_s = seconds(board.ended_ticks - board.begun_ticks);
  Probe probe{.seconds_fixed = std::max(static_cast<double>(outcome->wall_ns) / 1e9 - replay_s, 0.0),
              .seconds_an_op = replay_s / static_cast<double>(std::max<uint64_t>(probed, 1))};
  for (const Row& row : rows_.rows) probe.candidates += row.candidate() ? 1 : 0;
  const uint64_t fits = ops_that_fit(probe, kQuickSeconds - seconds_so_far());
  is_too_long_ = fits < ops;
  if (is_too_long_ && one_thread) stop_at_seq_ = fits;
  return {};
}

void Passes::note_counted(Row& row, const RunOutcome& outcome) {
  row.result.verified = true;
  row.result.knobs = knobs_of(BoardMemory::text(outcome.board.board().knobs), row.choice.settings);
  if (!bounded()) {
    row.conservation_fault = conservation_fault(outcome.board, experiment_.plan);
    return;
  }
  calls_ = 0;
  for (size_t kind = 0; kind < static_cast<size_t>(plan::Kind::kTouch); ++kind)
    calls_ += outcome.board.board().counted.calls[kind];
}

base::Status Passes::verify() {
  uint64_t done = 0;
  for (Row& row : rows_.rows) {
    if (!takes_part(row, Pass::kVerify, 0)) continue;
    tell(Pass::kVerify, done++, experiment_.allocators.size());
    const auto outcome = run(row, Pass::kVerify);
    if (!outcome) return base::fail(outcome.error());
    if (*outcome) note_counted(row, **outcome);
  }
  return {};
}

void Passes::note_time(Row& row, const RunOutcome& outcome, uint64_t round) {
  if (round == 0) return;  // it brought files into memory
  TimeFigures figures = time_figures(outcome.board, calls_);
  row.time.push_back(std::move(figures.figures));
  row.wait_shares.push_back(figures.wait_share);
  if (round != 1 || !row.candidate()) return;
  if (options_.order != measure::Order::kDeps)
    curves_.push_back(
        live_curves(map_, outcome.board.log(), log_every_of(*experiment_.plan.header), window_of(options_.order)));
  if (options_.pace == Pace::kTimes) {
    const PaceFigures pace = pace_figures(outcome.board, experiment_.plan, options_.speed);
    if (!pace_ || pace.late_share > pace_->late_share) pace_ = pace;
  }
}

base::Status Passes::time_round(uint64_t round) {
  round_ = static_cast<uint32_t>(round);
  for (const size_t i : shuffled_round(rows_.rows.size(), options_.seed, round)) {
    Row& row = rows_.rows[i];
    if (!takes_part(row, Pass::kThroughput, round)) continue;
    const auto outcome = run(row, Pass::kThroughput);
    if (!outcome) return base::fail(outcome.error());
    if (*outcome) note_time(row, **outcome, round);
  }
  return {};
}

bool Passes::rounds_suffice(uint64_t rounds, double began_s) {
  std::string& why = results_.config.stopped_by;
  const double spent_s = seconds_so_far() - began_s;
  const double a_round_s = spent_s / static_cast<double>(rounds + 1);
  if (options_.rounds != 0) {
    why = "the number that was asked for";
    return rounds >= options_.rounds;
  }
  if (options_.quick) {
    // What is left must do for latency and memory as well: some five runs of each row, about a round and a half.
    why = "the time of a quick answer";
    if (is_too_long_ && !bounded()) return true;
    return rounds >= kRoundsMin || (rounds >= kQuickRounds && seconds_so_far() + 4 * a_round_s > kQuickSeconds);
  }
  const double limit_s =
      options_.time_limit_s != 0 ? options_.time_limit_s : 60 * std::max(1.0, static_cast<double>(calls_) / 1e7);
  why = "the time limit";
  if (rounds >= kQuickRounds && spent_s + a_round_s > limit_s) return true;
  if (rounds < kRoundsMin) return false;
  why = fmt::format("the most there are");
  if (rounds >= kRoundsMax) return true;
  why = "intervals within 1 %";
  return widest_half_width(rows_, options_.seed) < kHalfWidthWanted;
}

base::Status Passes::throughput() {
  const double began_s = seconds_so_far();
  const uint64_t of = options_.rounds != 0 ? options_.rounds : kRoundsMax;
  for (uint64_t round = 0;; ++round) {
    tell(Pass::kThroughput, round, of);
    HEAPREEL_TRY(time_round(round));
    results_.config.rounds = round;
    if (round > 0 && rounds_suffice(round, began_s)) return {};
  }
}

base::Status Passes::latency() {
  uint64_t rounds = options_.quick ? 1 : kLatencyRounds;
  if (options_.rounds != 0) rounds = std::min(rounds, options_.rounds);
  results_.config.latency_rounds = rounds;
  for (uint64_t round = 0; round < rounds; ++round) {
    tell(Pass::kLatency, round, rounds);
    for (const size_t i : shuffled_round(rows_.rows.size(), ~options_.seed, round)) {
      Row& row = rows_.rows[i];
      if (!takes_part(row, Pass::kLatency, round)) continue;
      const auto outcome = run(row, Pass::kLatency);
      if (!outcome) return base::fail(outcome.error());
      if (!*outcome) continue;
      const BoardMemory& board = (*outcome)->board;
      row.latency.push_back(latency_of(added_up(board.histograms()), ticks_per_second()));
      add_slow_calls(row.result.slowest_calls, board.slow_calls(), experiment_.plan.threads.size(), ticks_per_second(),
                     round + 1);
    }
  }
  return {};
}

base::Status Passes::memory() {
  uint64_t rounds = options_.quick ? kRoundsToClaim : kMemoryRounds;
  if (options_.rounds != 0) rounds = std::min(rounds, options_.rounds);
  results_.config.memory_rounds = rounds;
  for (uint64_t round = 0; round < rounds; ++round) {
    if (options_.quick && round > 0 && seconds_so_far() > kQuickSeconds) {
      results_.config.memory_rounds = round;
      break;
    }
    tell(Pass::kMemory, round, rounds);
    for (const size_t i : shuffled_round(rows_.rows.size(), options_.seed + 1, round)) {
      Row& row = rows_.rows[i];
      if (!takes_part(row, Pass::kMemory, round)) continue;
      const auto outcome = run(row, Pass::kMemory);
      if (!outcome) return base::fail(outcome.error());
      if (!*outcome) continue;
      const measure::Board& board = (*outcome)->board.board();
      row.memory.push_back(memory_figures(**outcome, experiment_.plan));
      row.result.sleeping_calls = std::max(row.result.sleeping_calls, board.sleeping_calls);
      row.result.clock_warped = board.clock_calls_on != 0 && board.clock_calls > 0;
    }
  }
  return {};
}

}  // namespace heapreel::lab
