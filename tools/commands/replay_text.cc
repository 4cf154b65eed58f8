// Headline, verdict, checks, notes; with details the tables of time, memory and latency, too.
#include "tools/commands/replay_text.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <unistd.h>

#include "replayer/lab/figures.h"
#include "tools/cli/quantity.h"
#include "tools/cli/terminal.h"
#include "tools/cli/text.h"
#include "tools/verdict/text.h"

namespace heapreel::commands {
namespace {

using lab::AllocatorResult;
using lab::CallLatency;
using lab::GateState;
using lab::Results;

constexpr size_t kNameColumns = 14;

std::string shown_name(const AllocatorResult& allocator) {
  const std::string name = cli::printable(allocator.name, cli::wants_utf8());
  return name.size() < kNameColumns ? name : name.substr(0, kNameColumns - 2) + "~";
}

std::string bytes(double value) { return cli::format_bytes(static_cast<uint64_t>(std::max(value, 0.0))); }

std::string ns(double value) {
  return value < 1e9 * 1e9 ? cli::format_duration(static_cast<uint64_t>(std::max(value, 0.0))) : "?";
}

// "0.62x +-0.4%", "tie": by the paired ratios of time per call.
std::string against_reference(const Results& results, const AllocatorResult& allocator) {
  if (allocator.name == results.config.reference) return "reference";
  const lab::Comparison& comparison = allocator.ns_per_op_to_reference;
  if (results.config.rounds < 2) return fmt::format("{:.2f}x (one round)", comparison.ratio.median);
  const std::string ratio =
      fmt::format("{:.2f}x +-{:.1f}%", comparison.ratio.median, lab::half_width(comparison.ratio) * 100);
  return comparison.tie ? ratio + " tie" : ratio;
}

class Text {
 public:
  Text(const Results& results, const ReplayTextOptions& options) : results_(results), options_(options) {}

  std::string make() {
    headline();
    text_ += "\n" + verdict::verdict_text(
                        verdict::judge(results_),
                        {.width = columns_, .utf8 = cli::wants_utf8(), .colour = cli::wants_colour(STDOUT_FILENO)});
    if (options_.details &&
        std::ranges::any_of(results_.allocators, [](const auto& it) { return !it.metrics.empty(); })) {
      time_table();
      memory_table();
      latency_table();
    }
    failures();
    fidelity();
    notes();
    return std::move(text_);
  }

 private:
  template <class... Values>
  void line(fmt::format_string<Values...> format, Values&&... values) {
    text_ += fmt::format(format, std::forward<Values>(values)...) + "\n";
  }
  void wrapped(const std::string& label, const std::string& text) {
    const size_t at = kNameColumns;
    bool first = true;
    for (const std::string& part : cli::wrap(cli::printable(text, cli::wants_utf8()), columns_ - at)) {
      line("{:<{}}{}", first ? label : "", at, part);
      first = false;
    }
  }

  void headline() {
    const auto& reel = results_.reel;
    line("{}: {} calls of {} thread{} in {}", reel.path, cli::format_count(lab::calls_of(reel.plan)), reel.threads,
         reel.threads == 1 ? "" : "s", cli::format_duration(reel.duration_ns));
    std::string how =
        fmt::format("order {}, pace {} (memory: {}), touch {}, {} round{}, seed {}", results_.config.order,
                    pace_text(results_.config.pace), pace_text(results_.config.memory_pace), results_.config.touch,
                    results_.config.rounds, results_.config.rounds == 1 ? "" : "s", results_.config.seed);
    for (const std::string& part : cli::wrap(how, columns_)) line("{}", part);
  }

  std::string pace_text(const std::string& pace) const {
    return pace == "times" ? fmt::format("{:g}x", results_.config.speed) : pace;
  }

  void time_row(const AllocatorResult& it, const std::string& versus) {
    if (it.metrics.find("ns_per_op") == it.metrics.end()) return;
    line("{:<{}}{:>8.2f}{:>8.2f}  {:<21}{:>6.1f}%{:>8}{:>12}", shown_name(it), kNameColumns, it.of("ns_per_op"),
         it.of("ns_per_op_net"), versus, it.wait_share * 100,
         cli::format_count_short(static_cast<uint64_t>(it.of("ops_per_s"))),
         cli::format_count(static_cast<uint64_t>(it.of("minor_faults"))));
  }

  void time_table() {
    line("");
    line("{:<{}}{:>8}{:>8}  {:<21}{:>7}{:>8}{:>12}", "TIME", kNameColumns, "ns/call", "net", "against reference",
         "waits", "calls/s", "faults");
    for (const AllocatorResult& it : results_.allocators) time_row(it, against_reference(results_, it));
    for (const AllocatorResult& it : results_.references) time_row(it, "(bound, no candidate)");
    if (!results_.null.metrics.empty()) time_row(results_.null, "(the harness alone)");
    line("{:<{}}below {:.1f} % no difference can be claimed (reference again)", "", kNameColumns,
         results_.aa.claimable * 100);
  }

  void memory_table() {
    line("");
    line("{:<{}}{:>11}{:>11}{:>11}{:>11}{:>11}{:>11}", "MEMORY", kNameColumns, "peak", "mean", "end", "before",
         "peak/live", "mean/live");
    for (const AllocatorResult& it : results_.allocators) {
      if (it.metrics.find("rss_peak_bytes") == it.metrics.end()) continue;
      line("{:<{}}{:>11}{:>11}{:>11}{:>11}{:>11.2f}{:>11.2f}", shown_name(it), kNameColumns,
           bytes(it.of("rss_peak_bytes")), bytes(it.of("rss_mean_bytes")), bytes(it.of("rss_end_bytes")),
           bytes(it.of("rss_base_bytes")), it.of("fragmentation_peak"), it.of("fragmentation_mean"));
    }
    for (const AllocatorResult& it : results_.allocators) {
      if (it.metrics.find("live_peak_bytes") == it.metrics.end()) continue;
      line("{:<{}}{:>11}{:>11}", "(live bytes)", kNameColumns, bytes(it.of("live_peak_bytes")),
           bytes(it.of("live_mean_bytes")));
      return;
    }
  }

  // The group with the most calls among `groups`.
  static const CallLatency* busiest(const AllocatorResult& it, std::initializer_list<std::string_view> groups) {
    const CallLatency* most = nullptr;
    for (const CallLatency& row : it.latency)
      if (std::ranges::find(groups, row.call) != groups.end() && (most == nullptr || row.count > most->count))
        most = &row;
    return most;
  }

  static std::string quantile(const CallLatency* row, size_t i) {
    if (row == nullptr) return "-";
    return row->resolved[i] ? ns(row->ns[i]) : "<=" + ns(row->ns[i]);
  }

  void latency_row(const AllocatorResult& it) {
    const CallLatency* birth = busiest(it, {"malloc", "calloc", "new", "aligned", "realloc"});
    const CallLatency* death = busiest(it, {"free", "delete"});
    if (birth == nullptr) return;
    line("{:<{}}{:>11}{:>11}{:>11}{:>11}{:>11}{:>11}", shown_name(it), kNameColumns, quantile(birth, 2),
         quantile(birth, 3), ns(birth->max_ns), quantile(death, 2), quantile(death, 3),
         death == nullptr ? "-" : ns(death->max_ns));
  }

  void latency_table() {
    line("");
    line("{:<{}}{:>11}{:>11}{:>11}{:>11}{:>11}{:>11}", "LATENCY", kNameColumns, "malloc p99", "p99.9", "max",
         "free p99", "p99.9", "max");
    for (const AllocatorResult& it : results_.allocators) latency_row(it);
    latency_row(results_.null);
    line("{:<{}}<=: no more than the clock itself, or too few calls to tell", "", kNameColumns);
  }

  void failures() {
    for (const AllocatorResult& it : results_.allocators) {
      if (!it.failed()) continue;
      line("");
      wrapped(shown_name(it), fmt::format("FAILED in the {} pass: {}", it.failed_pass, it.failure));
      for (const std::string_view part : cli::split_paragraphs(it.detail)) wrapped("", std::string(part));
    }
  }

  void fidelity() {
    constexpr const char* kStates[] = {"ok", "FAILED", "skipped", "warning"};
    line("");
    bool first = true;
    size_t held = 0;
    for (const lab::Gate& gate : results_.gates) {
      held += gate.state == GateState::kPass ? 1 : 0;
      if (!options_.details && (gate.state == GateState::kPass || gate.state == GateState::kSkipped)) continue;
      wrapped(first ? "FIDELITY" : "",
              fmt::format("{}: {}, {}", gate.name, kStates[static_cast<size_t>(gate.state)], gate.text));
      first = false;
    }
    if (!options_.details)
      wrapped(first ? "FIDELITY" : "",
              fmt::format("{} of {} checks hold{}", held, results_.gates.size(), skipped_text()));
    if (!results_.gates_hold())
      wrapped("", "The replay did not keep to the record: take no figure above for the program's.");
  }

  std::string skipped_text() const {
    std::string names;
    for (const lab::Gate& gate : results_.gates)
      if (gate.state == GateState::kSkipped) names += (names.empty() ? "; not made: " : ", ") + gate.name;
    return names;
  }

  void notes() {
    bool first = true;
    for (const std::string& warning : results_.warnings) {
      if (first) line("");
      wrapped(first ? "NOTE" : "", warning);
      first = false;
    }
  }

  const Results& results_;
  const ReplayTextOptions& options_;
  size_t columns_ = cli::text_width(STDOUT_FILENO);
  std::string text_;
};

}  // namespace

std::string replay_text(const Results& results, const ReplayTextOptions& options) {
  return Text(results, options).make();
}

}  // namespace heapreel::commands
