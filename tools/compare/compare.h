// Two results of the same question, before and after: what changed in each figure of each allocator, and whether that
// can be claimed.
//
// The two were measured apart, so nothing is paired: an interval holds the ratio of medians of both sides resampled.
// A change is claimed if it lies wholly beyond what either side shows without a cause (aa.claimable_difference of
// times, 1 % of memory, a quarter of tails). Times of different machines are not compared unless told.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "replayer/lab/results.h"
#include "trace_format/base/result.h"

namespace heapreel::compare {

enum class Kind { kTime, kMemory, kTail, kCount };

struct MetricSpec {
  const char* id;     // in --fail-if: "rss_peak"
  const char* field;  // of results.json; empty: the p99.9 of calls
  Kind kind;
  bool more_is_better;
  const char* what;
};
const std::vector<MetricSpec>& metrics();

struct Change {
  std::string allocator{};
  const MetricSpec* metric = nullptr;
  double base = 0;
  double next = 0;
  std::optional<lab::Estimate> ratio{};  // next by base; nothing if the base is 0
  std::optional<bool> tie{};             // empty: too few rounds to tell
};

struct Comparison {
  std::string base_name{}, next_name{};
  std::string base_reel{}, next_reel{};
  bool same_machine = true;
  bool times_left_out = false;               // as the machines differ
  std::vector<std::string> notes{};          // what makes the two less comparable
  std::vector<std::string> gone{}, added{};  // allocators of one side alone, and those that failed there
  std::vector<Change> changes{};

  const Change* find(const std::string& allocator, const std::string& metric) const;
};

struct Side {
  std::string name{};  // of the file
  const lab::Results* results = nullptr;
};

Comparison compare(const Side& base, const Side& next, bool across_machines);

// The ratio of medians, both sides resampled by themselves.
lab::Estimate ratio_of_medians(const std::vector<double>& next, const std::vector<double>& base, uint64_t seed);

}  // namespace heapreel::compare
