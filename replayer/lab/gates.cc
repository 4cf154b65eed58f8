// Figures against limits.
#include "replayer/lab/gates.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "replayer/lab/outcome_text.h"

namespace heapreel::lab {
namespace {

constexpr const char* kNames[] = {"losses", "conservation", "re-record", "live bytes", "self-check", "harness", "pace"};

Gate gate(int number, bool holds, std::string text, std::map<std::string, double> figures = {}) {
  return {.number = number,
          .name = kNames[number],
          .state = holds ? GateState::kPass : GateState::kFail,
          .text = std::move(text),
          .figures = std::move(figures)};
}

bool is_call(size_t kind) {
  return kind != static_cast<size_t>(plan::Kind::kTouch) && kind != static_cast<size_t>(plan::Kind::kSpawn);
}

std::string thread_fault(const BoardMemory& board, const PlanRef& plan) {
  const auto threads = board.threads();
  for (size_t i = 0; i < threads.size(); ++i) {
    if (threads[i].state.load(std::memory_order_relaxed) != measure::ThreadState::kEnded)
      return fmt::format("thread {} did not end", i);
    if (threads[i].ops_done != plan.threads[i].ops)
      return fmt::format("thread {} did {} of {} ops", i, threads[i].ops_done, plan.threads[i].ops);
  }
  return {};
}

double error_of(double value, double record) { return record == 0 ? (value == 0 ? 0 : 1) : value / record - 1; }

}  // namespace

Gate skipped(int number, const std::string& why) {
  return {.number = number, .name = kNames[number], .state = GateState::kSkipped, .text = why, .figures = {}};
}

std::string conservation_fault(const BoardMemory& board, const PlanRef& plan) {
  const measure::Counted& counted = board.board().counted;
  const plan::PlanHeader& record = *plan.header;
  for (size_t kind = 0; kind < plan::kKinds; ++kind)
    if (is_call(kind) && counted.calls[kind] != record.ops_by_kind[kind])
      return fmt::format("{} calls of {} instead of {}", counted.calls[kind], kind_name(static_cast<uint32_t>(kind)),
                         record.ops_by_kind[kind]);
  const struct {
    const char* what;
    uint64_t seen, recorded;
  } totals[] = {{"bytes requested", counted.bytes_requested, record.bytes_requested},
                {"cross-thread frees", counted.cross_thread_frees, record.cross_thread_frees},
                {"cross-thread reallocs", counted.cross_thread_reallocs, record.cross_thread_reallocs},
                {"bytes alive at the end", counted.live_end_bytes, record.live_end_bytes},
                {"objects alive at the end", counted.live_end_objects, record.live_end_objects}};
  for (const auto& total : totals)
    if (total.seen != total.recorded) return fmt::format("{} {} instead of {}", total.seen, total.what, total.recorded);
  return thread_fault(board, plan);
}

Gate conservation_gate(const std::vector<std::pair<std::string, std::string>>& faults, uint64_t calls) {
  if (faults.empty()) return skipped(1, "no allocator could be verified");
  for (const auto& [allocator, fault] : faults)
    if (!fault.empty()) return gate(1, false, fmt::format("{}: {}", allocator, fault));
  return gate(1, true, fmt::format("all {} calls, bytes and threads are the record's", calls),
              {{"calls", static_cast<double>(calls)}});
}

Gate rerecord_gate(const RerecordReport& report) {
  const std::map<std::string, double> figures = {{"calls", static_cast<double>(report.calls)},
                                                 {"threads", static_cast<double>(report.threads)}};
  if (!report.divergence.empty()) return gate(2, false, report.divergence, figures);
  return gate(2, true, fmt::format("{} calls, recorded again thread by thread, are the same", report.calls), figures);
}

Gate live_gate(std::span<const LiveCurves> runs) {
  if (runs.empty()) return skipped(3, "no run left a log");
  double peak = 0, mean = 0, swing = 0;
  for (const LiveCurves& run : runs) {
    const auto record_peak = static_cast<double>(run.recorded.peak_bytes);
    const double peak_error = error_of(static_cast<double>(run.replayed.peak_bytes), record_peak);
    const double mean_error = error_of(run.replayed.mean_bytes, run.recorded.mean_bytes);
    if (std::abs(peak_error) > std::abs(peak)) peak = peak_error;
    if (std::abs(mean_error) > std::abs(mean)) mean = mean_error;
    if (record_peak > 0) swing = std::max(swing, static_cast<double>(run.swing_bytes) / record_peak);
  }
  const double worst = std::max(std::abs(peak), std::abs(mean));
  Gate result = gate(3, worst <= kLiveErrorMax,
                     fmt::format("peak {:+.3f} %, mean {:+.3f} % of the record's", peak * 100, mean * 100),
                     {{"peak_error", peak}, {"mean_error", mean}, {"window_swing", swing}});
  // Window order promises no more than what threads do to the level within a window.
  if (worst <= kLiveErrorMax || worst > swing) return result;
  result.state = GateState::kWarning;
  result.text += fmt::format(": threads move it by {:.3f} % within a window (order strict keeps to it)", swing * 100);
  return result;
}

Gate harness_gate(const HarnessFigures& harness) {
  const uint64_t limit = kNullGrowthBytesMax * std::max<uint64_t>(harness.threads, 1);
  return gate(5, harness.allocations == 0 && harness.null_growth_bytes <= limit,
              fmt::format("{} allocations, {} KiB grown, {:.2f} ns/op", harness.allocations,
                          harness.null_growth_bytes >> 10, harness.null_ns_per_op),
              {{"allocations", static_cast<double>(harness.allocations)},
               {"null_growth_bytes", static_cast<double>(harness.null_growth_bytes)},
               {"null_growth_bytes_max", static_cast<double>(limit)},
               {"null_ns_per_op", harness.null_ns_per_op}});
}

PaceFigures pace_figures(const BoardMemory& memory, const PlanRef& plan, double speed) {
  const measure::Board& board = memory.board();
  const double seconds_per_tick = 1 / static_cast<double>(ticks_per_second());
  PaceFigures pace;
  pace.due_s = static_cast<double>(plan.header->duration_ns) / 1e9 / speed;
  pace.took_s = static_cast<double>(board.ended_ticks - board.begun_ticks) * seconds_per_tick;
  uint64_t late = 0, stretches = 0, lag_max = 0;
  double lag_sum = 0;
  for (const measure::ThreadBoard& thread : memory.threads()) {
    late += thread.late_stretches;
    stretches += thread.stretches_done;
    lag_max = std::max(lag_max, thread.lag_ticks_max);
    lag_sum += static_cast<double>(thread.lag_ticks_sum);
  }
  const auto count = static_cast<double>(std::max<uint64_t>(stretches, 1));
  pace.lag_max_ms = static_cast<double>(lag_max) * seconds_per_tick * 1e3;
  pace.lag_mean_ms = lag_sum / count * seconds_per_tick * 1e3;
  pace.late_share = static_cast<double>(late) / count;
  return pace;
}

Gate pace_gate(const PaceFigures& pace) {
  const double rate = pace.took_s == 0 ? 0 : pace.due_s / pace.took_s;
  const bool in_time = std::abs(pace.took_s - pace.due_s) <= std::max(kRateErrorMax * pace.due_s, kRateSlackS);
  return gate(6, in_time && pace.late_share <= kLateShareMax,
              fmt::format("{:.3f} of the rate, {:.2f} ms behind on average, {:.1f} ms at most, {:.2f} % late", rate,
                          pace.lag_mean_ms, pace.lag_max_ms, pace.late_share * 100),
              {{"rate", rate},
               {"lag_ms_mean", pace.lag_mean_ms},
               {"lag_ms_max", pace.lag_max_ms},
               {"late_share", pace.late_share}});
}

Gate losses_gate(uint64_t lost_events, uint64_t events) {
  const double share =
      lost_events == 0 ? 0 : static_cast<double>(lost_events) / static_cast<double>(lost_events + events);
  Gate result = gate(0, share <= kLostShareMax,
                     lost_events == 0 ? "the reel lost no events"
                                      : fmt::format("the reel lost {} events, {:.3f} %", lost_events, share * 100),
                     {{"lost_events", static_cast<double>(lost_events)}, {"share", share}});
  if (lost_events != 0 && result.state == GateState::kPass) result.state = GateState::kWarning;
  return result;
}

}  // namespace heapreel::lab
