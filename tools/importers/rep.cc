// The reader of rep.h.
#include "tools/importers/rep.h"

#include <algorithm>

#include "tools/importers/frame/line_reader.h"
#include "tools/importers/frame/text_cursor.h"

namespace heapreel::importers {
namespace {

using reel::Event;
using reel::Op;

constexpr size_t kHeaderNumbers = 4;
constexpr Complaint kNoCall = "it is neither 'a ID SIZE', nor 'r ID SIZE', nor 'f ID'";
constexpr Complaint kNoNumber = "it is no number, as the first four lines must be";

bool parse_number(std::string_view line, uint64_t& number) {
  TextCursor cursor(line);
  cursor.skip_blanks();
  return cursor.take_number(number) && cursor.only_blanks_left();
}

bool parse_call(std::string_view line, Event& event) {
  TextCursor cursor(line);
  cursor.skip_blanks();
  event.op = cursor.take('a')   ? Op::kMalloc
             : cursor.take('r') ? Op::kRealloc
             : cursor.take('f') ? Op::kFree
                                : Op::kNone;
  if (event.op == Op::kNone || !cursor.take(' ')) return false;
  cursor.skip_blanks();
  if (event.op == Op::kFree && cursor.take("-1")) return cursor.only_blanks_left();
  uint64_t id = 0;
  if (!cursor.take_number(id) || id == ~uint64_t{0}) return false;
  event.object = id + 1;
  if (event.op == Op::kFree) return cursor.only_blanks_left();
  cursor.skip_blanks();
  if (!cursor.take_number(event.size) || !cursor.only_blanks_left()) return false;
  if (event.op == Op::kRealloc) {
    event.old_object = event.object;
    if (event.size == 0) event.object = 0;
  }
  return true;
}

class RepReader final : public LineReader {
 public:
  RepReader(Input input, const ReaderOptions& options) : LineReader(std::move(input), options.bad_lines_max) {}

 private:
  Complaint parse(std::string_view line, std::vector<Event>& events) override {
    if (numbers_ < kHeaderNumbers) {
      // A header that lacks a number makes the calls no worse.
      if (Event event; parse_call(line, event)) {
        numbers_ = kHeaderNumbers;
        header_is_short_ = true;
      } else {
        return parse_number(line, header_[numbers_++]) ? kUnderstood : kNoNumber;
      }
    }
    Event event;
    if (!parse_call(line, event)) return kNoCall;
    events.push_back(event);
    ++calls_;
    ids_ = std::max({ids_, event.object, event.old_object});
    return kUnderstood;
  }

  Complaint finish(std::vector<Event>&) override {
    if (header_is_short_ || numbers_ < kHeaderNumbers) return "the header has fewer than four numbers";
    if (calls_ < header_[2]) return "there are fewer calls than the header says: the trace may be cut off";
    if (calls_ > header_[2]) return "there are more calls than the header says";
    if (ids_ > header_[1]) return "a block's number is larger than the header says";
    return kUnderstood;
  }

  uint64_t header_[kHeaderNumbers] = {};
  size_t numbers_ = 0;
  bool header_is_short_ = false;
  uint64_t calls_ = 0;
  uint64_t ids_ = 0;  // the largest, plus one
};

// The four numbers first, then calls.
int looks_like(std::string_view head) {
  for (size_t i = 0; i < kHeaderNumbers; ++i) {
    const size_t end = head.find('\n');
    if (end == std::string_view::npos) return 0;
    std::string_view line = head.substr(0, end);
    head.remove_prefix(end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    uint64_t number = 0;
    if (!parse_number(line, number)) return 0;
  }
  return percent_of_lines(head, [](std::string_view line) {
    Event event;
    return parse_call(line, event);
  });
}

}  // namespace

const FormatSpec& rep_format() {
  static const FormatSpec spec{.name = "rep",
                               .help = "a trace of the malloc lab (.rep), first or second version",
                               .lacks = {{"times", "order only"},
                                         {"threads", "one thread makes all calls"},
                                         {"kinds of calls", "'a' is malloc, 'r' realloc, 'f' free"},
                                         {"moves of reallocs", "unknown"},
                                         {"failed calls", "none failed"}},
                               .looks_like = looks_like,
                               .open = open_reader<RepReader>};
  return spec;
}

}  // namespace heapreel::importers
