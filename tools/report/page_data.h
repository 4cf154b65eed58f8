// What the report page shows, as one JSON document: {"schema":"heapreel.page/1","runs":[...],"trend":...}.
//
// A run is a results.json less what the page does not show, its verdict and its advice. However long the reel and
// however many the allocators, the document stays under kPageDataBytesMax: curves get fewer points, never wrong ones,
// and a peak stays a peak. Nothing is judged or computed here: what a table shows leaves to the last digit.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "trace_format/base/result.h"

namespace heapreel::report {

inline constexpr std::string_view kPageSchema = "heapreel.page/1";
inline constexpr size_t kPageDataBytesMax = 1'250'000;  // with the template, less than 1.5 MB

// JSON texts, as their makers wrote them; the caller keeps them alive.
struct RunTexts {
  std::string name{};          // of the file, for errors
  std::string_view results{};  // schema heapreel.results/1
  std::string_view verdict{};  // empty: none was made
  std::string_view advice{};   // an array of findings; empty: none was made
};

// `trend` may be empty: results of one commit only.
base::Result<std::string> make_page_data(const std::vector<RunTexts>& runs, std::string_view trend);

}  // namespace heapreel::report
