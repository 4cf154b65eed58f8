// The loop of line_reader.h, and what it says of lines that make no sense.
#include "tools/importers/frame/line_reader.h"

#include <fmt/format.h>

namespace heapreel::importers {
namespace {

constexpr size_t kEventsAtOnce = 4096;
constexpr Complaint kTooLong = "the line is too long";

bool is_blank(std::string_view line) { return line.find_first_not_of(" \t") == std::string_view::npos; }

}  // namespace

base::Status TraceReader::complain(uint64_t number, std::string_view text, std::string_view why) {
  if (bad_lines_.add(number, text, why)) return {};
  const BadLine& last = bad_lines_.last();
  const bool first = bad_lines_.count() == 1;
  const std::string which = number == 0 ? std::string(why) : fmt::format("line {}: {}: '{}'", number, why, last.text);
  return base::fail(
      {.code = base::ErrorCode::kBadInput,
       .what = std::string(kCannotImport),
       .why = first ? which : fmt::format("{} lines make no sense, the last is {}", bad_lines_.count(), which),
       .hint = "--max-bad-lines N lets more of them pass"});
}

base::Result<bool> LineReader::read(std::vector<reel::Event>& events) {
  if (finished_) return false;
  const size_t wanted = events.size() + kEventsAtOnce;
  Line line;
  while (events.size() < wanted) {
    const auto more = input_.next_line(line);
    if (!more) return more;
    if (!*more) {
      finished_ = true;
      if (const Complaint why = finish(events); !why.empty()) HEAPREEL_TRY(complain(0, {}, why));
      return true;
    }
    if (is_blank(line.text)) continue;
    const Complaint why = line.too_long ? kTooLong : parse(line.text, events);
    if (!why.empty()) HEAPREEL_TRY(complain(line.number, line.text, why));
  }
  return true;
}

}  // namespace heapreel::importers
