// The reader of wee.h.
#include "tools/importers/wee.h"

#include "tools/importers/frame/line_reader.h"
#include "tools/importers/frame/text_cursor.h"

namespace heapreel::importers {
namespace {

constexpr Complaint kNeither = "it is neither Alloc(N), nor Free(N),";

struct WeeCall {
  bool allocates = false;
  uint64_t number = 0;  // bytes, or the index of an Alloc
};

bool parse_call(std::string_view line, WeeCall& call) {
  TextCursor cursor(line);
  cursor.skip_blanks();
  call.allocates = cursor.take("Alloc(");
  if (!call.allocates && !cursor.take("Free(")) return false;
  if (!cursor.take_number(call.number) || !cursor.take(')')) return false;
  cursor.take(',');
  return cursor.only_blanks_left();
}

class WeeReader final : public LineReader {
 public:
  WeeReader(Input input, const ReaderOptions& options) : LineReader(std::move(input), options.bad_lines_max) {}

 private:
  Complaint parse(std::string_view line, std::vector<reel::Event>& events) override {
    WeeCall call;
    if (!parse_call(line, call)) return kNeither;
    if (call.allocates) {
      events.push_back({.size = call.number, .object = ++allocs_, .op = reel::Op::kMalloc});
      return kUnderstood;
    }
    if (call.number >= allocs_) return "no Alloc of that number stands before it";
    events.push_back({.object = call.number + 1, .op = reel::Op::kFree});
    return kUnderstood;
  }

  uint64_t allocs_ = 0;
};

int looks_like(std::string_view head) {
  return percent_of_lines(head, [](std::string_view line) {
    WeeCall call;
    return parse_call(line, call);
  });
}

}  // namespace

const FormatSpec& wee_format() {
  static const FormatSpec spec{.name = "wee",
                               .help = "a trace of wee_alloc's tests: lines of Alloc(N), and Free(N),",
                               .lacks = {{"times", "order only"},
                                         {"threads", "one thread makes all calls"},
                                         {"kinds of calls", "every Alloc is a malloc"},
                                         {"failed calls", "none failed"}},
                               .looks_like = looks_like,
                               .open = open_reader<WeeReader>};
  return spec;
}

}  // namespace heapreel::importers
