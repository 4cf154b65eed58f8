// `heapreel predict` for a person: one table, what follows from it, and how far to believe it; at most 80 columns.
#include <algorithm>
#include <fmt/format.h>

#include "replayer/predict/results_bridge.h"
#include "tools/cli/quantity.h"
#include "tools/cli/terminal.h"
#include "tools/cli/text.h"
#include "tools/commands/predict.h"

namespace heapreel::commands {
namespace {

using predict::AllocatorPrediction;
using predict::Estimate;
using predict::Prediction;
using predict::Ranking;

constexpr size_t kColumns = 80;
constexpr double kMib = 1 << 20;
constexpr double kGib = 1 << 30;
constexpr double kMibMax = 10'000;  // beyond, columns would not do

std::string shown(std::string_view text) { return cli::printable(text, cli::wants_utf8()); }

std::string paragraph(std::string_view text) {
  std::string lines;
  for (const std::string& line : cli::wrap(text, kColumns)) lines += line + "\n";
  return lines;
}

// A list item: further lines stand under its text.
std::string item(std::string_view text) {
  std::string lines;
  for (const std::string& line : cli::wrap(text, kColumns - 4))
    lines += (lines.empty() ? "  - " : "    ") + line + "\n";
  return lines;
}

std::string bytes_cell(const Estimate& estimate, double unit) {
  return fmt::format("{:>8.1f} {:>14}", estimate.value / unit,
                     fmt::format("{:.1f}..{:.1f}", estimate.low / unit, estimate.high / unit));
}

// In percent of the program's processor time; in seconds where that is not known.
std::string cpu_cell(const AllocatorPrediction& row) {
  if (row.recorded || !row.cpu) return row.recorded ? "     -" : "";
  const double whole = row.cpu->program_cpu_s;
  const double unit = whole > 0 ? whole / 100 : 1;
  const Estimate& delta = row.cpu->delta_s;
  return fmt::format("{:>+6.1f} {:>11}", delta.value / unit,
                     fmt::format("{:+.0f}..{:+.0f}", delta.low / unit, delta.high / unit));
}

std::string row_name(const AllocatorPrediction& row) {
  return fmt::format("{} {:<9.9}", row.recorded ? '*' : ' ', shown(row.name));
}

double unit_of(const Prediction& prediction) {
  for (const AllocatorPrediction& row : prediction.allocators)
    if (row.memory && row.memory->peak.high > kMibMax * kMib) return kGib;
  return kMib;
}

std::string table_of(const Prediction& prediction) {
  const double unit = unit_of(prediction);
  const char* name = unit == kMib ? "MiB" : "GiB";
  std::string text = fmt::format("  {:<9}{:>9} {:>14}{:>9} {:>14}{:>7} {:>11}\n", "", fmt::format("peak {}", name),
                                 "interval", fmt::format("mean {}", name), "interval", "CPU %", "interval");
  for (const size_t place : prediction.by_peak.order) {
    const AllocatorPrediction& row = prediction.allocators[place];
    text += fmt::format("{} {} {} {}\n", row_name(row), bytes_cell(row.memory->peak, unit),
                        bytes_cell(row.memory->mean, unit), cpu_cell(row));
  }
  return text;
}

std::string bounds_of(const Prediction& prediction) {
  std::string text;
  for (const AllocatorPrediction& row : prediction.allocators)
    if (row.peak_bounds)
      text += fmt::format("{} {:>10.1f} .. {:<8.1f}{:>12.1f} .. {:.1f}\n", row_name(row), row.peak_bounds->low / kMib,
                          row.peak_bounds->high / kMib, row.mean_bounds->low / kMib, row.mean_bounds->high / kMib);
  if (text.empty()) return text;
  return fmt::format("\nReplays of it, kept to the record and running free, lie between\n{:<11}{:>13}{:>26}\n", "",
                     "peak MiB", "mean MiB") +
         text;
}

// "tcmalloc, glibc, jemalloc; ties: glibc = jemalloc": least first.
std::string order_text(const Prediction& prediction, const Ranking& ranking) {
  const auto name = [&](size_t row) { return shown(prediction.allocators[row].name); };
  std::string order, ties;
  for (const size_t row : ranking.order) order += (order.empty() ? "" : ", ") + name(row);
  for (const auto& [one, other] : ranking.ties) ties += (ties.empty() ? "" : ", ") + name(one) + " = " + name(other);
  return order + (ties.empty() ? "; no ties" : "; ties: " + ties);
}

std::string reasons_text(const AllocatorPrediction& row) {
  const predict::Reasons& reasons = row.memory->reasons;
  std::string text = fmt::format(
      "{}: at the peak {:.1f} MiB the program's own, {:.1f} live, {:.1f} the allocator's own "
      "base, {:+.1f} held beyond that",
      shown(row.name), reasons.program_bytes / kMib, reasons.live_bytes / kMib, reasons.own_base_bytes / kMib,
      reasons.held_bytes / kMib);
  if (reasons.purge_matters)
    text +=
        fmt::format("; as time passes it gives memory back: {:.1f} MiB of the mean", reasons.purge_mean_bytes / kMib);
  if (reasons.sleeps) text += "; threads of its own sleep by real time, not by the record's";
  return text;
}

std::string conclusions(const Prediction& prediction) {
  const Ranking& peak = prediction.by_peak;
  std::string text = "\n" + paragraph("Least peak first: " + order_text(prediction, peak)) +
                     paragraph("Least mean first: " + order_text(prediction, prediction.by_mean));
  const std::string best = shown(prediction.allocators[peak.order.front()].name);
  if (peak.regret_of_best_max > 0)
    text += paragraph(fmt::format("Taking {} costs at most {:.1f} % of peak memory over any other.", best,
                                  peak.regret_of_best_max * 100));
  if (prediction.base_share > predict::kBaseShareMax)
    text += paragraph(fmt::format("{:.0f} % of the peak is no allocator's: which one it is can hardly matter.",
                                  prediction.base_share * 100));
  return text;
}

std::string cpu_note(const Prediction& prediction) {
  for (const AllocatorPrediction& row : prediction.allocators)
    if (row.cpu && !row.recorded)
      return item(fmt::format(
          "CPU is user time of the replay and page faults at {:.1f} us ({:.0f} to {:.0f}); what "
          "better or worse placed objects do to the program itself is not in it",
          row.cpu->fault_price_ns / 1e3, row.cpu->fault_price_low_ns / 1e3, row.cpu->fault_price_high_ns / 1e3));
  return "";
}

std::string details(const Prediction& prediction) {
  std::string text;
  for (const size_t place : prediction.by_peak.order) text += item(reasons_text(prediction.allocators[place]));
  for (const AllocatorPrediction& row : prediction.allocators)
    if (!row.failure.empty()) text += item(fmt::format("{}: {}", shown(row.name), shown(row.failure)));
  text += cpu_note(prediction);
  for (const std::string& note : prediction.notes) text += item(shown(note));
  return text.empty() ? text : "\n" + text;
}

}  // namespace

std::string prediction_text(const PredictedReel& reel, const Prediction& prediction) {
  std::string text = paragraph(fmt::format(
      "{}: {} ops of {} under {}, {}", shown(reel.path), cli::format_count(reel.ops),
      reel.threads == 1 ? "one thread" : fmt::format("{} threads", reel.threads),
      reel.allocator.empty() ? "an unknown allocator" : shown(reel.allocator),
      reel.reference_runs == 0 ? "no reference runs" : fmt::format("{} reference runs", reel.reference_runs)));
  if (prediction.self_check.predicts() && !prediction.by_peak.order.empty())
    text += "\n" + table_of(prediction) + "(* is what the program ran under)\n" + conclusions(prediction);
  else
    text += "\n" + paragraph("NO PREDICTION for this load; the last line says why.") + bounds_of(prediction);
  text += details(prediction);
  return text + "\n" + paragraph("self-check " + shown(self_check_text(prediction.self_check)));
}

}  // namespace heapreel::commands
