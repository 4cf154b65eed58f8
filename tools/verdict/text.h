// A verdict for people: in a terminal of any width, as Markdown for a pull request, as CSV for a spreadsheet; and for
// the report page.
#pragma once

#include "tools/verdict/verdict.h"

namespace heapreel::verdict {

struct Look {
  size_t width = 80;  // 40 or more
  bool utf8 = false;
  bool colour = false;
};

std::string verdict_text(const Verdict& verdict, const Look& look);

// A table, the headline and the sentences. Names are escaped.
std::string verdict_markdown(const Verdict& verdict, const std::string& title);

// A row for each allocator and metric: reel, allocator, metric, unit, value, low, high, ratio, ratio_low, ratio_high,
// tie, pareto. Without the line of names unless `head`.
std::string verdict_csv(const Verdict& verdict, const std::string& reel, bool head);

// As the page reads it.
std::string verdict_json(const Verdict& verdict);

}  // namespace heapreel::verdict
