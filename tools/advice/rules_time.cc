// Where processor time goes: locks, blocks that change threads, blocks that come anew from the kernel, and what a pool
// of the program's own would save.
#include <algorithm>
#include <fmt/format.h>

#include "tools/advice/rules.h"
#include "tools/advice/thresholds.h"
#include "tools/advice/words.h"

namespace heapreel::advice {
namespace {

// Those that take less time than the reference, the quickest first.
std::vector<const Row*> faster_rows(const Facts& facts) {
  std::vector<const Row*> rows;
  for (const Row* row : facts.rows)
    if (facts.faster(*row)) rows.push_back(row);
  std::ranges::sort(rows, {}, [](const Row* row) { return row->of("ns_per_op_net"); });
  return rows;
}

std::string saving_text(const Row& row) {
  const lab::Estimate& ratio = row.ns_per_op_to_reference.ratio;
  return fmt::format("{} takes {:.2f} times the processor time a call ({:.2f} to {:.2f})", row.name, ratio.median,
                     ratio.low, ratio.high);
}

// Calls that were replayed, by the reference's own rate and time.
double replayed_calls(const Row& row) { return row.of("ops_per_s") * row.of("wall_s"); }

}  // namespace

Answer contention(const Facts& facts) {
  if (!facts.replayed || facts.results.reel.plan.threads_alive_max < 2) return {};
  const Row& own = *facts.reference;
  const double calls = replayed_calls(own);
  if (calls <= 0 || !own.metrics.contains("voluntary_switches")) return {};
  const auto switches = [calls](const Row& row) { return 1000 * row.of("voluntary_switches") / calls; };
  const double harness = switches(facts.results.null);
  const double beyond = switches(own) - harness;
  if (beyond < kSwitchesPerThousandCalls) return {};
  for (const Row* row : faster_rows(facts)) {
    if (switches(*row) - harness > beyond / 2) continue;
    return Finding{
        .id = "contention",
        .severity = Severity::kAct,
        .title = fmt::format("{}'s threads wait for each other inside the allocator", own.name),
        .evidence = {{own.name + ": switches per 1,000 calls, beyond the harness's", beyond, "count"},
                     {row->name + ": the same", std::max(0.0, switches(*row) - harness), "count"},
                     {own.name + ": system time", own.of("system_s"), "s"},
                     {row->name + ": system time", row->of("system_s"), "s"}},
        .threshold = fmt::format("{:.0f} switch or more per 1,000 calls that the harness alone does not have, and "
                                 "another allocator with half of them that is claimably quicker",
                                 kSwitchesPerThousandCalls),
        .meaning = fmt::format("A thread that gives up its processor in a call waits for a lock that another one "
                               "holds. In the replay {}.",
                               saving_text(*row)),
        .action = fmt::format("Run the program on {}.", row->name),
        .allocators = {own.name, row->name}};
  }
  return {};
}

Answer remote_frees(const Facts& facts) {
  if (!facts.replayed || facts.portrait == nullptr) return {};
  const double share = facts.remote_frees() / std::max(facts.frees(), 1.0);
  const std::vector<const Row*> faster = faster_rows(facts);
  if (share < kRemoteShare || faster.empty()) return {};
  const Row& own = *facts.reference;
  const Row& best = *faster.front();
  return Finding{
      .id = "remote-frees",
      .severity = Severity::kConsider,
      .title = fmt::format("{} of all frees are made by another thread than the one that allocated", percent(share)),
      .evidence = {{"frees by another thread", facts.remote_frees(), "count"},
                   {"of all frees", share, "share"},
                   {own.name + ": net time a call", own.of("ns_per_op_net"), "ns"},
                   {best.name + ": net time a call", best.of("ns_per_op_net"), "ns"}},
      .threshold = fmt::format("{} or more of all frees, and an allocator that is claimably quicker than {}",
                               percent(kRemoteShare), own.name),
      .meaning = fmt::format("Allocators differ most in how a block comes back to the thread it belongs to: under a "
                             "lock, by a list of its owner's, or into the cache of whoever frees. In the replay {}.",
                             saving_text(best)),
      .action = fmt::format("Try the program on {}; or let each thread free what it allocated.", best.name),
      .allocators = {own.name, best.name}};
}

Answer mmap_threshold(const Facts& facts) {
  if (!facts.whole || facts.portrait == nullptr) return {};
  const auto glibc = std::ranges::find_if(facts.rows, [](const Row* row) { return family_of(*row) == "glibc"; });
  if (glibc == facts.rows.end()) return {};
  const Row* best = nullptr;
  for (const Row* row : facts.rows)
    if (family_of(*row) != "glibc" && (best == nullptr || row->of("minor_faults") < best->of("minor_faults")))
      best = row;
  if (best == nullptr) return {};
  const double faults = (*glibc)->of("minor_faults");
  const double more = faults - best->of("minor_faults");
  const double fetched = faults * static_cast<double>(facts.results.machine.page_bytes);
  const double peak = (*glibc)->of("rss_peak_bytes");
  if (more < kFaultsMore || faults < kFaultsToOthers * best->of("minor_faults") || fetched < kFetchedTimes * peak)
    return {};
  double large = 0;
  for (const reel::SizeBin& bin : facts.portrait->sizes)
    if (bin.max_bytes > kLargeBytes) large += static_cast<double>(bin.births);
  const std::string trial = try_setting(**glibc, facts.results, "keep");
  return Finding{
      .id = "mmap-threshold",
      .severity = *glibc == facts.reference ? Severity::kConsider : Severity::kNote,
      .title = fmt::format("glibc gives memory back to the kernel and fetches it again: {} page faults more than {}",
                           count(more), best->name),
      .evidence = {{"glibc: page faults", faults, "count"},
                   {best->name + ": page faults", best->of("minor_faults"), "count"},
                   {"glibc: memory fetched, by its resident peak", fetched / peak, "ratio"},
                   {"blocks above 128 KiB", large, "count"},
                   {"the difference at 2 us a fault", more * kFaultLowNs / 1e9, "s"}},
      .threshold = fmt::format("{} page faults or more beyond the best other allocator's, {:.0f} times as many as it "
                               "has, and {:.0f} times the resident peak or more fetched by them",
                               count(kFaultsMore), kFaultsToOthers, kFetchedTimes),
      .meaning = fmt::format("glibc maps blocks from 128 KiB on by themselves, and gives back the top of its heap from "
                             "128 KiB on: the same memory is cleared and faulted in again. A fault costs 2 to 5 us: "
                             "{} to {} of processor time here.",
                             seconds(more * kFaultLowNs / 1e9), seconds(more * kFaultHighNs / 1e9)),
      .action = fmt::format("{} keeps that memory. Or measure higher thresholds of glibc: {}.", best->name, trial),
      .allocators = {(*glibc)->name, best->name}};
}

Answer pool_pays(const Facts& facts) {
  if (!facts.whole || facts.portrait == nullptr) return {};
  const auto& references = facts.results.references;
  const auto pool = std::ranges::find(references, "pool", &Row::name);
  if (pool == references.end() || pool->failed() || !facts.faster(*pool)) return {};
  const Row& own = *facts.reference;
  const Row* best = facts.reference;
  for (const Row* row : facts.rows)
    if (row->of("ns_per_op_net") < best->of("ns_per_op_net")) best = row;
  if (pool->of("ns_per_op_net") > kPoolOverBest * best->of("ns_per_op_net")) return {};
  const auto cpu = facts.program_cpu();
  const double saved_s = (best->of("ns_per_op_net") - pool->of("ns_per_op_net")) * facts.calls / 1e9;
  if (!cpu || saved_s < kPoolShare * cpu->seconds) return {};
  return Finding{
      .id = "pool-pays",
      .severity = Severity::kConsider,
      .title = fmt::format("A pool of the program's own would save {} beyond the best allocator",
                           percent(saved_s / cpu->seconds)),
      .evidence = {{own.name + ": net time a call", own.of("ns_per_op_net"), "ns"},
                   {best->name + ": net time a call (the best)", best->of("ns_per_op_net"), "ns"},
                   {"pool: net time a call", pool->of("ns_per_op_net"), "ns"},
                   {"calls", facts.calls, "count"},
                   {cpu->what, cpu->seconds, "s"}},
      .threshold = fmt::format("free lists by size for each thread that are claimably quicker than {}, take {} or less "
                               "of the best allocator's time, and save {} of the program's time",
                               own.name, percent(kPoolOverBest), percent(kPoolShare)),
      .meaning = fmt::format("The row `pool` is what a simple pool would take for the same calls: {} less than {}. It "
                             "gives nothing back and takes no block from another thread.",
                             seconds(saved_s), best->name),
      .action =
          "Give the hottest types free lists of their own, or allocate what dies together from one arena "
          "(std::pmr::monotonic_buffer_resource).",
      .allocators = {own.name, best->name}};
}

}  // namespace heapreel::advice
