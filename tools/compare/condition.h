// What --fail-if says: "rss_peak>+3%", "jemalloc:ns_per_op>+5%", "rss_mean>512MiB", "ops_per_s<-10%".
//
// A condition on a change is met only by a change that can be claimed: noise fails nobody's build. A condition that
// names what was not measured on both sides is an error, never quietly passed.
#pragma once

#include <string>
#include <vector>

#include "tools/compare/compare.h"

namespace heapreel::compare {

struct Condition {
  std::string text{};
  std::string allocator{};  // empty: any
  const MetricSpec* metric = nullptr;
  bool above = true;      // '>', else '<'
  bool of_change = true;  // a percentage of the base; else the new figure itself
  double limit = 0;       // 0.03; or nanoseconds, bytes, a count
};

base::Result<Condition> parse_condition(const std::string& text);

struct Finding {
  const Condition* condition = nullptr;
  const Change* change = nullptr;
  std::string text{};  // "jemalloc: rss_peak +4.1 % (+3.8 to +4.4 %), rss_peak>+3% is met"
};

// Those changes that meet a condition.
base::Result<std::vector<Finding>> check(const Comparison& comparison, const std::vector<Condition>& conditions);

}  // namespace heapreel::compare
