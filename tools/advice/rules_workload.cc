// What the portrait alone tells: how blocks grow, who frees them, and what never goes.
#include <algorithm>
#include <fmt/format.h>
#include <numeric>

#include "tools/advice/rules.h"
#include "tools/advice/thresholds.h"
#include "tools/advice/words.h"

namespace heapreel::advice {

Answer realloc_growth(const Facts& facts) {
  if (facts.portrait == nullptr) return {};
  double objects = 0;
  double could_copy = 0;
  double final_bytes = 0;
  for (const reel::ReallocChains& chain : facts.portrait->reallocs.chains) {
    if (chain.length_max <= kLongChain) continue;
    objects += static_cast<double>(chain.objects);
    could_copy += static_cast<double>(chain.bytes_could_copy);
    final_bytes += static_cast<double>(chain.final_bytes);
  }
  if (could_copy < kCopiedBytes || could_copy < kCopiesPerByte * final_bytes) return {};
  const double moved = static_cast<double>(facts.portrait->reallocs.moved);
  const double moved_share = moved / static_cast<double>(facts.portrait->reallocs.calls);
  const double times = could_copy / std::max(final_bytes, 1.0);
  return Finding{
      .id = "realloc-growth",
      .severity = moved_share >= 0.1 ? Severity::kConsider : Severity::kNote,
      .title = fmt::format("Blocks grow by small steps: up to {} copied for {} in the end", bytes(could_copy),
                           bytes(final_bytes)),
      .evidence = {{"objects with more than 16 reallocs", objects, "count"},
                   {"bytes their reallocs copy if each moves", could_copy, "bytes"},
                   {"their sizes in the end", final_bytes, "bytes"},
                   {"reallocs that moved when recorded", moved_share, "share"}},
      .threshold = fmt::format("copies of {:.0f} times the final bytes and of {} or more, by objects with more than {} "
                               "reallocs",
                               kCopiesPerByte, bytes(kCopiedBytes), kLongChain),
      .meaning = fmt::format("Growth by doubling copies a byte once at most; here each of the final bytes is copied up "
                             "to {:.0f} times. When it was recorded, {} of all reallocs moved their block: the rest "
                             "were extended in place, which depends on the allocator and on luck.",
                             times, percent(moved_share)),
      .action = "Let these blocks grow by a factor (1.5 or 2), or reserve the size they will have."};
}

Answer shared_lines(const Facts& facts) {
  if (facts.portrait == nullptr || facts.portrait->threads.size() < 2) return {};
  double small = 0;
  for (const reel::SizeBin& bin : facts.portrait->sizes)
    if (bin.max_bytes <= kLineBytes) small += static_cast<double>(bin.remote_frees);
  const double frees = facts.frees();
  if (small < kSharedLines || small < kRemoteShare * frees) return {};
  return Finding{
      .id = "shared-lines",
      .severity = Severity::kNote,
      .title =
          fmt::format("{} of all frees are of small objects that another thread allocated", percent(small / frees)),
      .evidence = {{"frees by another thread, of 64 bytes or less", small, "count"},
                   {"of all frees", small / frees, "share"}},
      .threshold = fmt::format("{} or more of all frees, and {} objects", percent(kRemoteShare), count(kSharedLines)),
      .meaning =
          "Objects of 64 bytes or less lie side by side in lines of the cache. Two threads that write to "
          "neighbours of one line slow each other down (false sharing). The record holds no accesses: whether "
          "that happens, it cannot say.",
      .action =
          "`perf c2c record` on the program shows contended lines. If these objects are among them, align them to "
          "64 bytes or hand them over in batches."};
}

namespace {

constexpr size_t kParts = 7;

// What was never freed of each seventh between a fifth and nine tenths of the record.
std::vector<double> survivors_by_part(const reel::Portrait& portrait) {
  std::vector<double> parts(kParts);
  const std::vector<uint64_t>& bins = portrait.never_freed.bytes_by_birth;
  for (size_t i = 0; i < bins.size(); ++i) {
    const double at = (static_cast<double>(i) + 0.5) / static_cast<double>(bins.size());
    const auto part = static_cast<size_t>((at - 0.2) / 0.1);
    if (at >= 0.2 && part < kParts) parts[part] += static_cast<double>(bins[i]);
  }
  return parts;
}

// Live bytes at a part of the record's time, of whichever row has a curve: the program asked for them, not it.
std::optional<double> live_at(const Facts& facts, double part) {
  const auto wanted = static_cast<uint64_t>(part * static_cast<double>(facts.portrait->duration_ns));
  const auto& curve = facts.reference->timeline;
  if (curve.empty() || curve.back().t_ns < wanted) return {};
  const auto at = std::ranges::lower_bound(curve, wanted, {}, &lab::TimelinePoint::t_ns);
  return static_cast<double>(at->live_bytes);
}

}  // namespace

Answer never_freed_grows(const Facts& facts) {
  if (!facts.whole || facts.portrait == nullptr) return {};
  const double duration_s = static_cast<double>(facts.portrait->duration_ns) / 1e9;
  const std::vector<double> parts = survivors_by_part(*facts.portrait);
  const double grown = std::accumulate(parts.begin(), parts.end(), 0.0);
  const double peak = static_cast<double>(facts.results.reel.plan.live_peak_bytes);
  if (duration_s < kLeakForS || grown < kLeakBytes || grown < kLeakOfPeak * peak) return {};
  if (*std::ranges::min_element(parts) < kLeakSteady * grown / kParts) return {};
  const auto early = live_at(facts, 0.2);
  const auto late = live_at(facts, 0.9);
  if (!early || !late || *late - *early < 0.5 * grown) return {};
  const double an_hour = grown / (0.7 * duration_s) * 3600;
  return Finding{
      .id = "never-freed",
      .severity = Severity::kNote,
      .title =
          fmt::format("Memory that is never freed grows steadily: {} in {}", bytes(grown), seconds(0.7 * duration_s)),
      .evidence = {{"allocated between 20 % and 90 % of the record and never freed", grown, "bytes"},
                   {"live bytes at 20 % of the record", *early, "bytes"},
                   {"live bytes at 90 %", *late, "bytes"},
                   {"growth at this pace", an_hour, "bytes per hour"}},
      .threshold = fmt::format("{} and {} of the live peak or more, in each seventh of that time at least a quarter of "
                               "the mean, with live bytes rising by half as much",
                               bytes(kLeakBytes), percent(kLeakOfPeak)),
      .meaning =
          "What was there at first and what was in use at the end are not counted: this came all along. A leak "
          "looks like this; so does a cache that fills, and a program that keeps its data until it exits.",
      .action =
          "If the program runs on and on, record it with `heapreel record --stacks` and see who allocates what "
          "is left."};
}

}  // namespace heapreel::advice
