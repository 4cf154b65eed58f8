// The rules, each a question to the facts: a finding, or nothing. advise.cc asks them all.
#pragma once

#include <optional>

#include "tools/advice/facts.h"

namespace heapreel::advice {

using Answer = std::optional<Finding>;

// rules_time.cc
Answer contention(const Facts& facts);
Answer remote_frees(const Facts& facts);
Answer mmap_threshold(const Facts& facts);
Answer pool_pays(const Facts& facts);

// rules_memory.cc
Answer held_after_peak(const Facts& facts);
Answer huge_page_waste(const Facts& facts);
Answer small_objects(const Facts& facts);
Answer processes_per_node(const Facts& facts);

// rules_workload.cc
Answer realloc_growth(const Facts& facts);
Answer shared_lines(const Facts& facts);
Answer never_freed_grows(const Facts& facts);

}  // namespace heapreel::advice
