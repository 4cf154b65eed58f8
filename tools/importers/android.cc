// The reader of android.h.
#include "tools/importers/android.h"

#include <algorithm>

#include "tools/importers/frame/line_reader.h"
#include "tools/importers/frame/text_cursor.h"

namespace heapreel::importers {
namespace {

using reel::Event;
using reel::Op;

constexpr Complaint kNoCall = "it is not of the form 'THREAD: CALL POINTER ...'";
constexpr Complaint kUnknownCall = "no such call is known";
constexpr Complaint kBadArguments = "its numbers are not those of the call";
constexpr Complaint kTooLarge = "the size does not fit 64 bits";

// A blank, then a number.
bool take_argument(TextCursor& cursor, uint64_t& value) { return cursor.take(' ') && cursor.take_number(value); }

Op op_of(std::string_view word) {
  if (word == "malloc") return Op::kMalloc;
  if (word == "free") return Op::kFree;
  if (word == "calloc") return Op::kCalloc;
  if (word == "realloc") return Op::kRealloc;
  if (word == "memalign") return Op::kMemalign;
  if (word == "thread_done") return Op::kThreadEnd;
  return Op::kNone;
}

// What stands between the pointer and the times.
Complaint take_arguments(TextCursor& cursor, Event& event) {
  uint64_t count = 1;
  uint64_t alignment = 0;
  switch (event.op) {
    case Op::kMalloc:
      return take_argument(cursor, event.size) ? kUnderstood : kBadArguments;
    case Op::kCalloc:
      if (!take_argument(cursor, count) || !take_argument(cursor, event.size)) return kBadArguments;
      if (!multiply(count, event.size, event.size)) return kTooLarge;
      return kUnderstood;
    case Op::kRealloc:
      if (!cursor.take(' ') || !cursor.take_hex(event.old_object)) return kBadArguments;
      return take_argument(cursor, event.size) ? kUnderstood : kBadArguments;
    case Op::kMemalign:
      if (!take_argument(cursor, alignment) || !take_argument(cursor, event.size)) return kBadArguments;
      event.align_log2 = ceil_log2(alignment);
      return kUnderstood;
    default:
      return kUnderstood;
  }
}

// Sets the times if the line has them. A free is told at its beginning, all else at its end.
bool take_times(TextCursor& cursor, Event& event) {
  cursor.skip_blanks();
  if (cursor.at_end()) return true;
  uint64_t begin = 0;
  uint64_t end = 0;
  if (!cursor.take_number(begin)) return false;
  cursor.skip_blanks();
  if (!cursor.take_number(end)) {
    if (event.op != Op::kThreadEnd) return false;
    end = begin;
  }
  if (end < begin || !cursor.only_blanks_left()) return false;
  event.time = reel::traits(event.op).frees ? begin : end;
  event.duration = static_cast<uint32_t>(std::min<uint64_t>(end - begin, ~uint32_t{0}));
  return true;
}

Complaint parse_line(std::string_view line, Event& event) {
  TextCursor cursor(line);
  uint64_t thread = 0;
  uint64_t pointer = 0;
  cursor.skip_blanks();
  if (!cursor.take_number(thread) || thread > ~uint32_t{0} || !cursor.take(": ")) return kNoCall;
  event.op = op_of(cursor.take_word());
  if (event.op == Op::kNone) return kUnknownCall;
  if (!cursor.take(' ') || !cursor.take_hex(pointer)) return kNoCall;
  event.thread = static_cast<uint32_t>(thread);
  if (event.op != Op::kThreadEnd) event.object = pointer;
  if (const Complaint why = take_arguments(cursor, event); !why.empty()) return why;
  return take_times(cursor, event) ? kUnderstood : kBadArguments;
}

bool is_call(std::string_view line) {
  Event event;
  return parse_line(line, event).empty();
}

class AndroidReader final : public LineReader {
 public:
  AndroidReader(Input input, const ReaderOptions& options, bool has_times)
      : LineReader(std::move(input), options.bad_lines_max), has_times_(has_times) {}

  SourceFacts facts() const override { return {.has_times = has_times_}; }
  bool lacks(std::string_view what) const override { return what != "times" || !has_times_; }

 private:
  Complaint parse(std::string_view line, std::vector<Event>& events) override {
    Event event;
    if (const Complaint why = parse_line(line, event); !why.empty()) return why;
    // A line without times among others that have them happened no earlier than the last one.
    if (event.time == 0) event.time = last_time_;
    last_time_ = event.time;
    events.push_back(event);
    return kUnderstood;
  }

  bool has_times_;
  uint64_t last_time_ = 0;
};

// Whether any of the first lines has them: a thread_done may come without.
bool has_times(std::string_view head) {
  for (size_t at = 0; at < head.size();) {
    const size_t end = std::min(head.find('\n', at), head.size());
    std::string_view line = head.substr(at, end - at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    at = end + 1;
    if (Event event; parse_line(line, event).empty() && event.time != 0) return true;
  }
  return false;
}

base::Result<std::unique_ptr<TraceReader>> open(Input input, const ReaderOptions& options) {
  const auto head = input.head();
  if (!head) return base::fail(head.error());
  const bool timed = has_times(*head);
  return std::make_unique<AndroidReader>(std::move(input), options, timed);
}

}  // namespace

const FormatSpec& android_format() {
  static const FormatSpec spec{
      .name = "android",
      .help = "malloc_debug's record_allocs, as memory_replay reads it: THREAD: CALL POINTER ...",
      .lacks = {{"times", "order only"},
                {"kinds of calls", "operator new is malloc, delete is free, posix_memalign is memalign"},
                {"sizes of frees", "none is told"},
                {"failed calls", "a call that returned 0x0 failed"}},
      .looks_like = [](std::string_view head) { return percent_of_lines(head, is_call); },
      .open = open};
  return spec;
}

}  // namespace heapreel::importers
