// The function of slow_calls.h.
#include "replayer/lab/slow_calls.h"

#include <algorithm>

#include "replayer/lab/latency.h"

namespace heapreel::lab {
namespace {

using measure::CallGroup;

bool names_size(const measure::SlowCall& call) {
  const bool ends = call.group == CallGroup::kFree || call.group == CallGroup::kDelete;
  return call.group != CallGroup::kUsableSize && (!ends || call.size != 0);
}

}  // namespace

void add_slow_calls(std::vector<SlowCall>& slowest, std::span<const measure::SlowCalls> lists, uint64_t threads,
                    uint64_t ticks_per_second, uint64_t round) {
  for (const measure::SlowCalls& list : lists)
    for (const measure::SlowCall& call :
         std::span(list.call).first(std::min<uint64_t>(list.calls, measure::kSlowCalls))) {
      if (call.thread >= threads || static_cast<size_t>(call.group) >= measure::kCallGroups) continue;
      slowest.push_back({.ns = static_cast<double>(call.ticks) * 1e9 / static_cast<double>(ticks_per_second),
                         .t_ns = call.time_ns,
                         .thread = call.thread,
                         .call = group_name(call.group),
                         .size = names_size(call) ? std::optional(call.size) : std::nullopt,
                         .round = round});
    }
  std::ranges::stable_sort(slowest, std::greater<>(), &SlowCall::ns);
  if (slowest.size() > measure::kSlowCalls) slowest.resize(measure::kSlowCalls);
}

}  // namespace heapreel::lab
