// A tuning for people: the final's table, the choice, and what to start the program with; at most 80 columns.
#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "replayer/lab/figures.h"
#include "tools/cli/quantity.h"
#include "tools/cli/terminal.h"
#include "tools/cli/text.h"
#include "tools/commands/tune.h"

namespace heapreel::commands {
namespace {

using tune::Claim;
using tune::Objective;
using tune::Tuned;

constexpr size_t kColumns = 80;
constexpr size_t kLabelAt = 44;
constexpr size_t kTextAt = 10;
constexpr size_t kDroppedShown = 12;

class Text {
 public:
  explicit Text(const Tuned& tuned) : tuned_(tuned) {}

  std::string make() {
    headline();
    table();
    choice();
    deploy();
    dropped();
    return std::move(text_);
  }

 private:
  template <class... Values>
  void line(fmt::format_string<Values...> format, Values&&... values) {
    text_ += fmt::format(format, std::forward<Values>(values)...) + "\n";
  }
  // The label, then the text beside it, then further lines under that.
  void wrapped(const std::string& label, const std::string& text, size_t at = kTextAt) {
    bool first = true;
    for (const std::string& part : cli::wrap(cli::printable(text, cli::wants_utf8()), kColumns - at)) {
      line("{:<{}}{}", first ? label : "", at, part);
      first = false;
    }
  }

  const char* memory_name() const { return tuned_.memory == tune::MemoryFigure::kPeak ? "peak" : "mean"; }
  const lab::AllocatorResult& row(size_t i) const { return tuned_.results.allocators[i]; }
  const std::string& reference() const { return row(tuned_.reference).name; }

  void headline() {
    const auto& reel = tuned_.results.reel;
    line("{}: {} calls of {} thread{}", cli::printable(reel.path, cli::wants_utf8()),
         cli::format_count(lab::calls_of(reel.plan)), reel.threads, reel.threads == 1 ? "" : "s");
    uint64_t measured = 0;
    for (const tune::Rung& rung : tuned_.search.rungs) measured += rung.rows.size() * rung.rounds;
    std::string how =
        fmt::format("{} settings, {} measurements in {} rungs; {} of them in the final, {} rounds, seed {}",
                    tuned_.candidates, measured, tuned_.search.rungs.size(), tuned_.search.finalists.size(),
                    tuned_.results.config.rounds, tuned_.results.config.seed);
    if (tuned_.search.left_out > 0) how += fmt::format("; {} were left out for lack of budget", tuned_.search.left_out);
    for (const std::string& part : cli::wrap(how, kColumns)) line("{}", part);
  }

  static std::string ratio(const Claim& claim) {
    return fmt::format("{:.3f}x{}", claim.ratio.median, claim.tie ? " ~" : "  ");
  }

  void table() {
    line("");
    line("{:>10}{:>10} {:>11}{:>9}", "ns/call", "ratio", memory_name(), "ratio");
    for (size_t i = 0; i < tuned_.rows.size(); ++i) {
      const lab::AllocatorResult& it = row(i);
      const tune::Judged& judged = tuned_.decision.rows[i];
      const std::string name = it.name + (i == tuned_.reference ? " (reference)" : "");
      if (it.failed()) {
        wrapped("", fmt::format("{} failed: {}", name, it.failure), kLabelAt);
        continue;
      }
      const auto bytes = static_cast<uint64_t>(it.of(tune::metric_of(tuned_.memory)));
      wrapped(fmt::format("{} {:>8.2f}{:>11} {:>11}{:>10}", judged.on_front ? "*" : " ", it.of("ns_per_op"),
                          i == tuned_.reference ? "" : ratio(judged.time), cli::format_bytes(bytes),
                          i == tuned_.reference ? "" : ratio(judged.memory)),
              name, kLabelAt);
    }
    const std::string key = fmt::format(
        "*: no row is better in one figure without being worse in the other. ~: no difference to the reference can be "
        "claimed; that takes {:.1f} % of time, {:.1f} % of memory.",
        tuned_.claimable.time * 100, tuned_.claimable.memory * 100);
    for (const std::string& part : cli::wrap(key, kColumns)) line("{}", part);
  }

  // "12.3 % less time than glibc (11.0 to 13.5 %)".
  std::string difference(const Claim& claim, const std::string& of) const {
    const double less = (1 - claim.ratio.median) * 100;
    const double from = (1 - claim.ratio.high) * 100, to = (1 - claim.ratio.low) * 100;
    if (claim.tie) return fmt::format("no difference in {} to {} can be claimed", of, reference());
    if (claim.ratio.median > 2)
      return fmt::format("{:.1f} times the {} of {} ({:.1f} to {:.1f})", claim.ratio.median, of, reference(),
                         claim.ratio.low, claim.ratio.high);
    return less >= 0 ? fmt::format("{:.1f} % less {} than {} ({:.1f} to {:.1f} %)", less, of, reference(), from, to)
                     : fmt::format("{:.1f} % more {} than {} ({:.1f} to {:.1f} %)", -less, of, reference(), -to, -from);
  }

  void chosen(const char* heading, const std::optional<size_t>& choice, const std::string& nothing) {
    if (!choice) return wrapped(heading, fmt::format("keep {}: {}", reference(), nothing));
    const tune::Judged& judged = tuned_.decision.rows[*choice];
    wrapped(heading, fmt::format("{}: {}, {}.", row(*choice).name, difference(judged.time, "time"),
                                 difference(judged.memory, fmt::format("{} memory", memory_name()))));
  }

  void choice() {
    line("");
    if (!tuned_.no_recommendation.empty())
      return wrapped("CHOICE",
                     fmt::format("None: {}. Take no figure above for the program's.", tuned_.no_recommendation));
    const tune::Decision& decision = tuned_.decision;
    if (tuned_.objective != Objective::kMemory)
      chosen("SPEED", decision.for_speed, "nothing is faster by more than can be claimed.");
    if (tuned_.objective != Objective::kSpeed)
      chosen("MEMORY", decision.for_memory, "nothing takes less memory by more than can be claimed.");
    if (tuned_.objective == Objective::kBoth)
      chosen("BOTH", decision.for_both, "whatever is better in one figure is worse in the other, or a tie.");
  }

  bool is_chosen(size_t i) const {
    const tune::Decision& decision = tuned_.decision;
    return decision.for_speed == i || decision.for_memory == i || decision.for_both == i;
  }

  void deploy() {
    if (!tuned_.no_recommendation.empty()) return;
    for (size_t i = 0; i < tuned_.rows.size(); ++i) {
      const bool shown = is_chosen(i) || (tuned_.decision.rows[i].on_front && !tuned_.rows[i].is_default());
      if (!shown || i == tuned_.reference || row(i).failed()) continue;
      line("");
      line("DEPLOY    {}", row(i).name);
      for (const std::string& part : tune::deploy_lines(tuned_.choices[i])) line("  {}", part);
      std::string proof;
      for (const lab::Knob& knob : row(i).knobs)
        if (knob.proven == true)
          proof += fmt::format("{}{}={}", proof.empty() ? "" : ", ", knob.name, knob.value.value_or(""));
      if (!proof.empty()) wrapped("", "active: the running allocator itself says " + proof);
    }
  }

  void dropped() {
    bool first = true;
    size_t shown = 0;
    for (const tune::Dropped& it : tuned_.search.dropped) {
      if (first) line("");
      if (++shown > kDroppedShown) {
        line("{:<{}}and {} more", "", kTextAt, tuned_.search.dropped.size() - kDroppedShown);
        return;
      }
      wrapped(first ? "DROPPED" : "", fmt::format("{}: {}", tune::label(it.candidate), it.why));
      first = false;
    }
  }

  const Tuned& tuned_;
  std::string text_;
};

}  // namespace

std::string tune_text(const Tuned& tuned) { return Text(tuned).make(); }

}  // namespace heapreel::commands
