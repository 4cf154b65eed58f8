// All rules, asked in one order.
#include <algorithm>

#include "tools/advice/advice.h"
#include "tools/advice/rules.h"

namespace heapreel::advice {

const char* name_of(Severity severity) {
  constexpr const char* kNames[] = {"act", "consider", "note"};
  return kNames[static_cast<size_t>(severity)];
}

std::vector<Finding> advise(const lab::Results& results) {
  constexpr Answer (*kRules[])(const Facts&) = {contention,     held_after_peak, processes_per_node, remote_frees,
                                                mmap_threshold, huge_page_waste, small_objects,      pool_pays,
                                                realloc_growth, shared_lines,    never_freed_grows};
  const Facts facts(results);
  std::vector<Finding> findings;
  for (const auto rule : kRules)
    if (Answer answer = rule(facts)) findings.push_back(std::move(*answer));
  std::ranges::stable_sort(findings, {}, &Finding::severity);
  return findings;
}

}  // namespace heapreel::advice
