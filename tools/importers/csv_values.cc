// The tables of csv_values.h.
#include "tools/importers/csv_values.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <unordered_map>

#include "tools/importers/frame/text_cursor.h"
#include "trace_format/base/ticks.h"
#include "trace_format/event/flag_names.h"

namespace heapreel::importers {
namespace {

using reel::Op;
using Words = std::unordered_map<std::string_view, Op>;

// What others call the calls; our own names come from the table of kinds.
constexpr std::pair<std::string_view, Op> kSynonyms[] = {{"alloc", Op::kMalloc},
                                                         {"allocate", Op::kMalloc},
                                                         {"a", Op::kMalloc},
                                                         {"m", Op::kMalloc},
                                                         {"+", Op::kMalloc},
                                                         {"c", Op::kCalloc},
                                                         {"r", Op::kRealloc},
                                                         {"f", Op::kFree},
                                                         {"d", Op::kFree},
                                                         {"-", Op::kFree},
                                                         {"dealloc", Op::kFree},
                                                         {"deallocate", Op::kFree},
                                                         {"release", Op::kFree},
                                                         {"operator new", Op::kNew},
                                                         {"operator new[]", Op::kNewArray},
                                                         {"operator delete", Op::kDelete},
                                                         {"operator delete[]", Op::kDeleteArray}};

const Words& words() {
  static const Words all = [] {
    Words table(std::begin(kSynonyms), std::end(kSynonyms));
    for (uint8_t op = 0; op < reel::kOpLimit; ++op)
      if (reel::is_known(op)) table.emplace(reel::kOpTraits[op].name, static_cast<Op>(op));
    return table;
  }();
  return all;
}

constexpr size_t kWordBytesMax = 32;

constexpr std::pair<std::string_view, uint64_t> kUnits[] = {
    {"ns", 1}, {"us", 1000}, {"ms", 1'000'000}, {"s", base::kNsPerSecond}};

// The unit that follows a number; without one, `otherwise`. 0 if there is none that is known.
uint64_t unit_of(std::string_view suffix, uint64_t otherwise) {
  if (suffix.empty()) return otherwise;
  const auto* found = std::ranges::find(kUnits, suffix, &std::pair<std::string_view, uint64_t>::first);
  return found == std::end(kUnits) ? 0 : found->second;
}

}  // namespace

Op parse_csv_op(std::string_view word) {
  if (const auto found = words().find(word); found != words().end()) return found->second;
  if (word.size() > kWordBytesMax) return Op::kNone;
  std::string small(word);
  std::ranges::transform(small, small.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const auto found = words().find(small);
  return found == words().end() ? Op::kNone : found->second;
}

bool parse_csv_flags(std::string_view text, uint8_t& flags) {
  flags = 0;
  while (!text.empty()) {
    const std::string_view name = text.substr(0, text.find('|'));
    const auto found = std::ranges::find(reel::kFlagNames, name);
    if (found == reel::kFlagNames.end()) return false;
    flags |= static_cast<uint8_t>(1U << (found - reel::kFlagNames.begin()));
    text.remove_prefix(std::min(name.size() + 1, text.size()));
  }
  return true;
}

std::optional<uint64_t> parse_time_ns(std::string_view text, uint64_t unit_ns) {
  TextCursor cursor(text);
  uint64_t whole = 0;
  if (!cursor.take_number(whole)) return {};
  std::string_view fraction;
  if (cursor.take('.')) {
    fraction = cursor.take_until("nums ");
    if (fraction.empty() || fraction.find_first_not_of("0123456789") != std::string_view::npos) return {};
  }
  cursor.skip_blanks();
  const uint64_t unit = unit_of(cursor.rest(), unit_ns);
  uint64_t ns = 0;
  if (unit == 0 || !multiply(whole, unit, ns)) return {};
  uint64_t rest = unit;
  for (const char digit : fraction) {
    rest /= 10;
    if (__builtin_add_overflow(ns, rest * static_cast<uint64_t>(digit - '0'), &ns)) return {};
  }
  return ns;
}

}  // namespace heapreel::importers
