// The table of formats, and detection.
#include "tools/importers/frame/format_table.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "tools/importers/android.h"
#include "tools/importers/csv.h"
#include "tools/importers/import.h"
#include "tools/importers/rep.h"
#include "tools/importers/tracers/bpftrace.h"
#include "tools/importers/tracers/heaptrack.h"
#include "tools/importers/tracers/logalloc.h"
#include "tools/importers/tracers/ltrace.h"
#include "tools/importers/tracers/mtrace.h"
#include "tools/importers/tracers/perf.h"
#include "tools/importers/webkit_ops.h"
#include "tools/importers/wee.h"
#include "tools/importers/wl.h"
#include "trace_format/wire/wire.h"

namespace heapreel::importers {
namespace {

constexpr size_t kLinesLookedAt = 200;

// By name: the order of help and of errors.
std::span<const FormatSpec* const> table() {
  static const std::array formats{
      &android_format(),    &bpftrace_format(), &csv_format(),    &heaptrack_format(), &logalloc_format(),
      &ltrace_format(),     &mlogcol_format(),  &mtrace_format(), &perf_format(),      &rep_format(),
      &webkit_ops_format(), &wee_format(),      &wl_format(),
  };
  return formats;
}

std::string names_of(std::span<const FormatSpec* const> formats) {
  std::string names;
  for (size_t i = 0; i < formats.size(); ++i)
    names += fmt::format("{}{}", i == 0 ? "" : i + 1 == formats.size() ? " or " : ", ", formats[i]->name);
  return names;
}

// Those that look likeliest, all with the same confidence; none below `least`.
std::vector<const FormatSpec*> likeliest(std::string_view head, int least) {
  std::vector<const FormatSpec*> best;
  for (const FormatSpec* format : all_formats()) {
    const int confidence = format->looks_like(head);
    if (confidence < least) continue;
    if (confidence > least) best.clear();
    least = confidence;
    best.push_back(format);
  }
  return best;
}

bool is_reel(std::string_view head) {
  const std::string_view magic(reinterpret_cast<const char*>(reel::kFileMagic.data()), reel::kFileMagic.size());
  return head.starts_with(magic);
}

}  // namespace

std::span<const FormatSpec* const> all_formats() { return table(); }

const FormatSpec* find_format(std::string_view name) {
  const auto found = std::ranges::find(table(), name, &FormatSpec::name);
  return found == table().end() ? nullptr : *found;
}

const FormatSpec* likeliest_format(std::string_view head) {
  const auto best = likeliest(head, kLikely);
  return best.size() == 1 ? best.front() : nullptr;
}

base::Result<const FormatSpec*> detect_format(std::string_view head, const std::string& what) {
  const auto best = likeliest(head, kLikely);
  if (best.size() == 1) return best.front();
  if (head.empty())
    return base::fail({.code = base::ErrorCode::kBadInput,
                       .what = what,
                       .why = "the file is empty",
                       .hint = "check that it is the file you mean"});
  if (is_reel(head))
    return base::fail({.code = base::ErrorCode::kBadInput,
                       .what = what,
                       .why = "it is a reel already",
                       .hint = "`heapreel info` looks at it"});
  const bool none = best.empty();
  return base::fail({.code = base::ErrorCode::kBadInput,
                     .what = what,
                     .why = none ? "it looks like none of the formats that can be imported"
                                 : fmt::format("it may be {}", names_of(best)),
                     .hint = none ? fmt::format("if you know what it is, say --from {}", names_of(all_formats()))
                                  : "say which one with --from FORMAT"});
}

int percent_of_lines(std::string_view head, bool (*fits)(std::string_view line)) {
  size_t lines = 0;
  size_t good = 0;
  while (!head.empty() && lines < kLinesLookedAt) {
    const size_t end = head.find('\n');
    if (end == std::string_view::npos && lines > 0) break;
    std::string_view line = head.substr(0, end);
    head.remove_prefix(end == std::string_view::npos ? head.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.find_first_not_of(" \t") == std::string_view::npos) continue;
    ++lines;
    good += fits(line) ? 1 : 0;
  }
  return lines == 0 ? 0 : static_cast<int>(good * 100 / lines);
}

}  // namespace heapreel::importers
