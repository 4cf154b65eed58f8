#include "tools/importers/tracers/ltrace_line.h"

namespace heapreel::importers {
namespace {

constexpr std::string_view kUnfinished = "<unfinished ...>";
constexpr std::string_view kNoReturn = "<no return ...>";
constexpr std::string_view kLibc = "libc.so.6";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// `[pid 8799] ` or `8799 `.
void take_thread(TextCursor& cursor, LtraceLine& line) {
  TextCursor ahead = cursor;
  const bool in_brackets = ahead.take("[pid ");
  ahead.skip_blanks();
  if (!ahead.take_number(line.thread)) return;
  if (in_brackets ? !ahead.take("] ") : !ahead.take(' ')) return;
  ahead.skip_blanks();
  line.has_thread = true;
  cursor = ahead;
}

// A bare number is no time: every tracer prints a fraction or colons.
void take_time(TextCursor& cursor, WallClock& clock, LtraceLine& line) {
  TextCursor ahead = cursor;
  ahead.skip_blanks();
  if (ahead.at_end() || !is_digit(ahead.rest().front())) return;
  const std::string_view word = TextCursor(ahead).take_word();
  if (word.find_first_of(".:") == std::string_view::npos) return;
  if (!clock.take(ahead, line.time_ns) || !ahead.take(' ')) return;
  line.has_time = true;
  ahead.skip_blanks();
  cursor = ahead;
}

void take_instruction_pointer(TextCursor& cursor) {
  TextCursor ahead = cursor;
  uint64_t ignored = 0;
  if (ahead.take("[") && ahead.take_hex(ignored) && ahead.take("] ")) cursor = ahead;
}

// A result is a number, or <void>, or text of which nothing is to be known; -T adds `<0.000161>`.
bool take_result(std::string_view text, LtraceLine& line) {
  TextCursor cursor(text);
  cursor.skip_blanks();
  if (!cursor.take("= ")) return false;
  const bool null = cursor.take("nil") || cursor.take("NULL") || cursor.take("(nil)");
  line.has_result = null || cursor.take_either(line.result);
  const size_t bracket = cursor.rest().rfind('<');
  if (bracket == std::string_view::npos) return true;
  TextCursor duration(cursor.rest().substr(bracket + 1));
  uint64_t ns = 0;
  if (take_seconds(duration, ns) && duration.take('>')) line.duration_ns = ns;
  return true;
}

// Where the arguments of a demangled name begin: after the list of their types. Others have one list.
size_t name_bytes(std::string_view text) {
  const size_t open = text.find('(');
  if (!text.starts_with("operator ") || open == std::string_view::npos) return open;
  const size_t close = text.find(")(", open);
  return close == std::string_view::npos ? close : close + 1;
}

// The closing parenthesis before the result. Strings in arguments may hold others.
size_t end_of_arguments(std::string_view text) {
  for (size_t at = text.rfind(')'); at != std::string_view::npos && at > 0; at = text.rfind(')', at - 1)) {
    const size_t equals = text.find_first_not_of(' ', at + 1);
    if (equals != std::string_view::npos && text.substr(equals, 2) == "= ") return at;
  }
  return !text.empty() && text.front() == ')' ? 0 : std::string_view::npos;
}

bool take_ending(std::string_view text, LtraceLine& line) {
  const size_t close = end_of_arguments(text);
  if (close == std::string_view::npos) return false;
  line.arguments = text.substr(0, close);
  return take_result(text.substr(close + 1), line);
}

bool take_resumed(std::string_view text, LtraceLine& line) {
  constexpr std::string_view kResumed = " resumed>";
  const size_t end = text.find(kResumed);
  if (end == std::string_view::npos) return false;
  line.kind = LtraceLine::Kind::kResumed;
  line.function = text.substr(0, end);
  return take_ending(text.substr(end + kResumed.size()), line);
}

bool take_call(std::string_view text, LtraceLine& line) {
  const size_t arrow = text.find("->");
  if (arrow != std::string_view::npos && arrow < text.find('(')) {
    line.in_libc = text.substr(0, arrow) == kLibc;
    text.remove_prefix(arrow + 2);
  }
  const size_t open = name_bytes(text);
  if (open == std::string_view::npos || open == 0) return false;
  line.function = text.substr(0, open);
  if (const size_t at = line.function.find('@'); at != std::string_view::npos) line.function = text.substr(0, at);
  text.remove_prefix(open + 1);
  for (const std::string_view mark : {kUnfinished, kNoReturn}) {
    if (!text.ends_with(mark)) continue;
    line.kind = LtraceLine::Kind::kBegun;
    line.arguments = text.substr(0, text.size() - mark.size());
    return true;
  }
  line.kind = LtraceLine::Kind::kWhole;
  return take_ending(text, line);
}

}  // namespace

bool parse_ltrace_line(std::string_view text, WallClock& clock, LtraceLine& line) {
  line = {};
  TextCursor cursor(text);
  cursor.skip_blanks();
  take_thread(cursor, line);
  take_time(cursor, clock, line);
  take_instruction_pointer(cursor);
  while (!cursor.at_end() && text.ends_with(' ')) text.remove_suffix(1);
  if (cursor.take("+++ ")) {
    const bool ends = cursor.take("exited") || cursor.take("killed");
    line.kind = ends ? LtraceLine::Kind::kExit : LtraceLine::Kind::kNote;
    return true;
  }
  if (cursor.take("--- ")) return true;
  if (cursor.take("unexpected breakpoint")) {
    line.kind = LtraceLine::Kind::kTrouble;
    return true;
  }
  return cursor.take("<... ") ? take_resumed(cursor.rest(), line) : take_call(cursor.rest(), line);
}

LtraceArguments parse_arguments(std::string_view text) {
  LtraceArguments arguments;
  TextCursor cursor(text);
  while (arguments.count < arguments.values.size()) {
    while (cursor.take(' ') || cursor.take('[')) continue;
    uint64_t& value = arguments.values[arguments.count];
    const bool null = cursor.take("nil") || cursor.take("NULL") || cursor.take("(nil)");
    const bool negative = !null && cursor.take('-');
    if (!null && !cursor.take_either(value)) return arguments;
    if (negative) value = ~value + 1;
    ++arguments.count;
    while (cursor.take(' ') || cursor.take(']')) continue;
    if (!cursor.take(',')) return arguments;
  }
  return arguments;
}

}  // namespace heapreel::importers
