// Where memory goes: held after the peak, huge pages, headers of small objects; and how many processes a node takes.
#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "tools/advice/rules.h"
#include "tools/advice/thresholds.h"
#include "tools/advice/words.h"

namespace heapreel::advice {
namespace {

// The time after the live peak, by a row's curve: means over recorded time.
struct AfterPeak {
  double seconds = 0;
  double live = 0;
  double held = 0;  // resident beyond live blocks and what the runner had before
};

std::optional<AfterPeak> after_peak(const Row& row, uint64_t peak_ns) {
  AfterPeak after;
  const auto& curve = row.timeline;
  for (size_t i = 0; i + 1 < curve.size(); ++i) {
    if (curve[i].t_ns <= peak_ns) continue;
    const double dt = static_cast<double>(curve[i + 1].t_ns - curve[i].t_ns) / 1e9;
    const auto live = static_cast<double>(curve[i].live_bytes);
    const double own = static_cast<double>(curve[i].rss_bytes) - row.of("rss_base_bytes");
    after.seconds += dt;
    after.live += dt * live;
    after.held += dt * std::max(0.0, own - live);
  }
  if (after.seconds <= 0) return {};
  after.live /= after.seconds;
  after.held /= after.seconds;
  return after;
}

bool holds_much(const AfterPeak& after, const Row& row, double live_peak) {
  return after.seconds >= kHeldForS && after.live <= kLiveAfterPeak * live_peak && after.held >= kHeldBytes &&
         after.held >= kHeldShare * row.of("rss_peak_bytes");
}

// A word for the prediction's own reason, where there is one.
std::string purge_text(const Row& row) {
  return row.sleeping_calls > 0 ? fmt::format(
                                      " {} purges from a thread that sleeps by real time, so that in the replay "
                                      "it may have had too little of it.",
                                      row.name)
                                : "";
}

}  // namespace

Answer held_after_peak(const Facts& facts) {
  if (!facts.whole) return {};
  const plan::PlanHeader& plan = facts.results.reel.plan;
  const Row& own = *facts.reference;
  const auto mine = after_peak(own, plan.live_peak_time_ns);
  if (!mine || !holds_much(*mine, own, static_cast<double>(plan.live_peak_bytes))) return {};
  const Row* best = nullptr;
  double best_held = mine->held;
  for (const Row* row : facts.rows) {
    const auto after = after_peak(*row, plan.live_peak_time_ns);
    if (!after || after->held >= best_held || !facts.smaller(*row, "rss_mean_bytes")) continue;
    best = row;
    best_held = after->held;
  }
  Finding finding{
      .id = "held-after-peak",
      .severity = best != nullptr && best_held <= mine->held / 2 ? Severity::kAct : Severity::kConsider,
      .title = fmt::format("{} holds {} that the program no longer uses", own.name, bytes(mine->held)),
      .evidence = {{own.name + ": held after the peak, mean", mine->held, "bytes"},
                   {"live after the peak, mean", mine->live, "bytes"},
                   {"live at the peak", static_cast<double>(plan.live_peak_bytes), "bytes"},
                   {"time after the peak", mine->seconds, "s"}},
      .threshold =
          fmt::format("{} and {} of the resident peak or more, for {} or more in which live bytes were at most "
                      "{} of their peak",
                      bytes(kHeldBytes), percent(kHeldShare), seconds(kHeldForS), percent(kLiveAfterPeak)),
      .meaning =
          "What an allocator keeps after a peak comes back to the system late or never; other processes pay for "
          "it. The replay's allocators saw recorded time pass, so delays are those of the program." +
          purge_text(own),
      .allocators = {own.name}};
  if (best != nullptr) {
    finding.evidence.push_back({best->name + ": held after the peak, mean", best_held, "bytes"});
    finding.allocators.push_back(best->name);
    finding.action = fmt::format("{} gives back more, and its mean is claimably lower. ", best->name);
  }
  const std::string trial = try_setting(own, facts.results, "give back");
  if (!trial.empty()) finding.action += fmt::format("Or measure an earlier return by {}: {}.", own.name, trial);
  if (finding.action.empty()) finding.action = "Free what is no longer needed before the process goes idle.";
  return finding;
}

Answer huge_page_waste(const Facts& facts) {
  if (!facts.whole) return {};
  const Row& own = *facts.reference;
  const auto live = static_cast<double>(facts.results.reel.plan.live_end_bytes);
  const double beyond = own.of("rss_end_bytes") - own.of("rss_base_bytes") - live;
  const double waste = std::min(beyond, own.huge_bytes);
  if (waste < kHugeWasteBytes || waste < kHugeWasteShare * live || own.huge_bytes < own.of("rss_end_bytes") / 2)
    return {};
  const std::string trial = try_setting(own, facts.results, "small pages");
  return Finding{
      .id = "huge-pages",
      .severity = Severity::kConsider,
      .title = fmt::format("Huge pages keep {} resident that no block uses", bytes(waste)),
      .evidence = {{own.name + ": in huge pages at the end", own.huge_bytes, "bytes"},
                   {own.name + ": resident at the end", own.of("rss_end_bytes"), "bytes"},
                   {"live at the end", live, "bytes"}},
      .threshold =
          fmt::format("{} and {} of live bytes or more beyond them, at least half of all resident memory being "
                      "in huge pages",
                      bytes(kHugeWasteBytes), percent(kHugeWasteShare)),
      .meaning =
          fmt::format("A huge page is resident as a whole, 2 MiB, as long as one block in it is used. The system "
                      "says `{}` of transparent huge pages.",
                      facts.results.machine.huge_pages),
      .action = trial.empty() ? "Compare with huge pages off for this program (prctl PR_SET_THP_DISABLE)."
                              : "Huge pages can save more time than they cost memory: measure " + trial + ".",
      .allocators = {own.name}};
}

Answer small_objects(const Facts& facts) {
  if (!facts.whole || facts.portrait == nullptr) return {};
  double all = 0;
  double small = 0;
  double small_births = 0;
  for (const reel::SizeBin& bin : facts.portrait->sizes) {
    all += static_cast<double>(bin.bytes);
    if (bin.max_bytes > kLineBytes) continue;
    small += static_cast<double>(bin.bytes);
    small_births += static_cast<double>(bin.births);
  }
  const Row& own = *facts.reference;
  const auto live = static_cast<double>(facts.results.reel.plan.live_peak_bytes);
  const double overhead = (own.of("rss_peak_bytes") - own.of("rss_base_bytes")) / std::max(live, 1.0);
  if (small < kSmallShare * all || overhead < kSmallOverhead || own.of("rss_peak_bytes") < kSmallRssBytes) return {};
  const Row* best = nullptr;
  for (const Row* row : facts.rows)
    if (facts.smaller(*row, "rss_peak_bytes") &&
        (best == nullptr || row->of("rss_peak_bytes") < best->of("rss_peak_bytes")))
      best = row;
  Finding finding{
      .id = "small-objects",
      .severity = best != nullptr ? Severity::kConsider : Severity::kNote,
      .title = fmt::format("Small objects: {:.2f} resident bytes for each byte in use", overhead),
      .evidence = {{"of all bytes asked for, in objects of 64 bytes or less", small / all, "share"},
                   {"their mean size", small / std::max(small_births, 1.0), "bytes"},
                   {own.name + ": resident at the peak, by live bytes", overhead, "ratio"},
                   {"live at the peak", live, "bytes"}},
      .threshold =
          fmt::format("half of all bytes or more in objects of 64 bytes or less, and {:.2f} resident bytes for "
                      "each live one at a peak of {} or more",
                      kSmallOverhead, bytes(kSmallRssBytes)),
      .meaning =
          "glibc adds a header of 8 bytes to each block and rounds it up to 16, others round to their size "
          "classes: of small objects that is a large part.",
      .action = "Put several into one block (vectors, nodes with many entries), or allocate them from an arena.",
      .allocators = {own.name}};
  if (best == nullptr) return finding;
  finding.evidence.push_back({best->name + ": resident at the peak", best->of("rss_peak_bytes"), "bytes"});
  finding.evidence.push_back({own.name + ": resident at the peak", own.of("rss_peak_bytes"), "bytes"});
  finding.action += fmt::format(" {} has a claimably lower peak.", best->name);
  finding.allocators.push_back(best->name);
  return finding;
}

namespace {

// What one process takes at its peak: predicted, else replayed with what the program has beside its allocator.
struct Peak {
  const Row* row = nullptr;
  double bytes = 0;
};

double non_malloc_peak(const lab::Results& results) {
  uint64_t most = 0;
  if (results.program)
    for (const lab::ProgramPoint& point : results.program->timeline)
      most = std::max(most, point.non_malloc_bytes.value_or(0));
  return static_cast<double>(most);
}

std::optional<Peak> peak_of(const Row& row, bool predicted, double beside) {
  if (!predicted) return Peak{&row, row.of("rss_peak_bytes") - row.of("rss_base_bytes") + beside};
  const auto found = row.predicted.find("rss_peak_bytes");
  if (found == row.predicted.end()) return {};
  return Peak{&row, found->second.high};
}

bool takes_less(const Facts& facts, const Row& row, bool predicted) {
  if (!predicted) return facts.smaller(row, "rss_peak_bytes");
  const auto mine = facts.reference->predicted.find("rss_peak_bytes");
  const auto its = row.predicted.find("rss_peak_bytes");
  return &row != facts.reference && mine != facts.reference->predicted.end() && its != row.predicted.end() &&
         !its->second.meets(mine->second) && its->second.high < mine->second.low;
}

}  // namespace

Answer processes_per_node(const Facts& facts) {
  if (!facts.whole) return {};
  const bool predicted = facts.reference->predicted.contains("rss_peak_bytes");
  const double beside = non_malloc_peak(facts.results);
  const auto own = peak_of(*facts.reference, predicted, beside);
  if (!own || own->bytes < kProcessBytes) return {};
  std::optional<Peak> best;
  for (const Row* row : facts.rows) {
    const auto peak = peak_of(*row, predicted, beside);
    if (peak && takes_less(facts, *row, predicted) && (!best || peak->bytes < best->bytes)) best = peak;
  }
  if (!best || own->bytes < kMoreProcesses * best->bytes) return {};
  Finding finding{
      .id = "processes-per-node",
      .severity = predicted ? Severity::kAct : Severity::kConsider,
      .title = fmt::format("{} fits more processes into a node than {}", best->row->name, own->row->name),
      .threshold =
          fmt::format("a peak of {} or more a process, and an allocator whose peak is claimably lower by {} or "
                      "more",
                      bytes(kProcessBytes), percent(kMoreProcesses - 1)),
      .meaning =
          fmt::format("A process is counted by its peak{}: {} under {}, {} under {}. Nothing is kept back for the "
                      "system or for files.",
                      predicted    ? ", the upper end of what is predicted"
                      : beside > 0 ? " in the replay, and what the program has beside malloc"
                                   : " in the replay, without what the program has beside malloc",
                      bytes(own->bytes), own->row->name, bytes(best->bytes), best->row->name),
      .action =
          fmt::format("Run it on {}, and set the container's limit above the peak it was counted by.", best->row->name),
      .allocators = {own->row->name, best->row->name}};
  for (const Peak& peak : {*own, *best})
    for (const double node : kNodeBytes)
      finding.evidence.push_back(
          {fmt::format("{}: processes in {}", peak.row->name, bytes(node)), std::floor(node / peak.bytes), "count"});
  return finding;
}

}  // namespace heapreel::advice
