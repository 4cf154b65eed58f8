// The names of columns, and the header that uses them.
#include "tools/importers/csv_columns.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <fmt/format.h>

#include "tools/importers/frame/trace_reader.h"

namespace heapreel::importers {
namespace {

struct KnownName {
  std::string_view name;
  CsvColumn column;
};

constexpr std::array kNames = {KnownName{"op", CsvColumn::kOp},
                               KnownName{"operation", CsvColumn::kOp},
                               KnownName{"event", CsvColumn::kOp},
                               KnownName{"call", CsvColumn::kOp},
                               KnownName{"function", CsvColumn::kOp},
                               KnownName{"func", CsvColumn::kOp},
                               KnownName{"type", CsvColumn::kOp},
                               KnownName{"size", CsvColumn::kSize},
                               KnownName{"bytes", CsvColumn::kSize},
                               KnownName{"size_bytes", CsvColumn::kSize},
                               KnownName{"count", CsvColumn::kCount},
                               KnownName{"nmemb", CsvColumn::kCount},
                               KnownName{"align", CsvColumn::kAlign},
                               KnownName{"alignment", CsvColumn::kAlign},
                               KnownName{"address", CsvColumn::kAddress},
                               KnownName{"addr", CsvColumn::kAddress},
                               KnownName{"ptr", CsvColumn::kAddress},
                               KnownName{"pointer", CsvColumn::kAddress},
                               KnownName{"result", CsvColumn::kAddress},
                               KnownName{"object", CsvColumn::kObject},
                               KnownName{"id", CsvColumn::kObject},
                               KnownName{"block", CsvColumn::kObject},
                               KnownName{"slot", CsvColumn::kObject},
                               KnownName{"old_address", CsvColumn::kOldAddress},
                               KnownName{"old_addr", CsvColumn::kOldAddress},
                               KnownName{"old_ptr", CsvColumn::kOldAddress},
                               KnownName{"old_pointer", CsvColumn::kOldAddress},
                               KnownName{"old_object", CsvColumn::kOldObject},
                               KnownName{"old_id", CsvColumn::kOldObject},
                               KnownName{"old_block", CsvColumn::kOldObject},
                               KnownName{"old_slot", CsvColumn::kOldObject},
                               KnownName{"thread", CsvColumn::kThread},
                               KnownName{"thread_id", CsvColumn::kThread},
                               KnownName{"tid", CsvColumn::kThread},
                               KnownName{"t", CsvColumn::kTime},
                               KnownName{"time", CsvColumn::kTime},
                               KnownName{"timestamp", CsvColumn::kTime},
                               KnownName{"ts", CsvColumn::kTime},
                               KnownName{"duration", CsvColumn::kDuration},
                               KnownName{"latency", CsvColumn::kDuration},
                               KnownName{"flags", CsvColumn::kFlags},
                               KnownName{"seq", CsvColumn::kSeq}};

struct Unit {
  std::string_view suffix;
  uint64_t ns;
};
constexpr std::array kUnits = {Unit{"_ns", 1}, Unit{"_us", 1000}, Unit{"_ms", 1'000'000}, Unit{"_s", 1'000'000'000}};

// "Time (us)" -> "time_us"
std::string plain_name(std::string_view text) {
  std::string name;
  for (const char c : text) {
    const bool letter = std::isalnum(static_cast<unsigned char>(c)) != 0;
    if (letter)
      name += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    else if (!name.empty() && name.back() != '_')
      name += '_';
  }
  while (name.ends_with('_')) name.pop_back();
  return name;
}

const KnownName* find_name(std::string_view name) {
  const auto found = std::ranges::find(kNames, name, &KnownName::name);
  return found == kNames.end() ? nullptr : found;
}

bool is_time(CsvColumn column) { return column == CsvColumn::kTime || column == CsvColumn::kDuration; }

// What a column is; the unit stays 0 where its name has none.
CsvColumn column_of(std::string_view name, uint64_t& unit_ns, std::string_view& base_name) {
  base_name = name;
  for (const Unit& unit : kUnits) {
    if (!name.ends_with(unit.suffix)) continue;
    const KnownName* known = find_name(name.substr(0, name.size() - unit.suffix.size()));
    if (known == nullptr || !is_time(known->column)) continue;
    unit_ns = unit.ns;
    base_name = known->name;
    return known->column;
  }
  const KnownName* known = find_name(name);
  return known == nullptr ? CsvColumn::kPassedOver : known->column;
}

tl::unexpected<base::Error> no_header(std::string why) {
  return base::fail({.code = base::ErrorCode::kBadInput,
                     .what = std::string(kCannotImport),
                     .why = std::move(why),
                     .hint = "its first line must name the columns, such as 'op,size,address,thread,time_us'"});
}

char delimiter_of(std::string_view line) {
  char best = ',';
  for (const char candidate : {';', '\t'})
    if (std::ranges::count(line, candidate) > std::ranges::count(line, best)) best = candidate;
  return best;
}

std::string_view trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(' ');
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

base::Status check_layout(const CsvLayout& layout) {
  const bool by_address = layout.has_column(CsvColumn::kAddress);
  const bool by_object = layout.has_column(CsvColumn::kObject);
  if (!layout.has_column(CsvColumn::kOp)) return no_header("no column says which call it is ('op')");
  if (!by_address && !by_object) return no_header("no column names the block ('address' or 'object')");
  if (by_address && by_object) return no_header("two columns name the block, one by address and one by number");
  if (layout.has_column(by_address ? CsvColumn::kOldObject : CsvColumn::kOldAddress))
    return no_header("blocks and old blocks are named in different ways");
  return {};
}

}  // namespace

bool split_csv(std::string_view line, char delimiter, std::vector<std::string_view>& fields) {
  fields.clear();
  for (;;) {
    size_t end = line.find(delimiter);
    const size_t quote = line.find_first_not_of(' ');
    if (quote != std::string_view::npos && line[quote] == '"') {
      // A doubled quote ends one text and begins the next, of the same field.
      size_t close = line.find('"', quote + 1);
      while (close != std::string_view::npos && close + 1 < line.size() && line[close + 1] == '"')
        close = line.find('"', close + 2);
      if (close == std::string_view::npos) return false;
      fields.push_back(line.substr(quote + 1, close - quote - 1));
      end = line.find(delimiter, close + 1);
    } else {
      fields.push_back(trimmed(line.substr(0, end)));
    }
    if (end == std::string_view::npos) return true;
    line.remove_prefix(end + 1);
  }
}

base::Result<CsvLayout> parse_csv_header(std::string_view line) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
  CsvLayout layout;
  layout.delimiter = delimiter_of(line);
  std::vector<std::string_view> names;
  if (!split_csv(line, layout.delimiter, names)) return no_header("a quote in its first line is not closed");
  for (const std::string_view text : names) {
    const std::string name = plain_name(text);
    uint64_t unit_ns = kUnitInValue;
    std::string_view base_name;
    const CsvColumn column = column_of(name, unit_ns, base_name);
    layout.columns.push_back(column);
    if (column == CsvColumn::kPassedOver) continue;
    bool& there = layout.has[static_cast<size_t>(column)];
    if (there) return no_header(fmt::format("two columns mean the same, the second is '{}'", shown_text(text)));
    there = true;
    if (column == CsvColumn::kTime) {
      layout.time_unit_ns = unit_ns;
      layout.times_from_start = base_name == "t";
    }
    if (column == CsvColumn::kDuration) layout.duration_unit_ns = unit_ns;
  }
  HEAPREEL_TRY(check_layout(layout));
  return layout;
}

}  // namespace heapreel::importers
