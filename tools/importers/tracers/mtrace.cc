// The reader of mtrace.h.
#include "tools/importers/tracers/mtrace.h"

#include <fmt/format.h>
#include <utility>

#include "tools/importers/frame/line_reader.h"
#include "tools/importers/frame/text_cursor.h"

namespace heapreel::importers {
namespace {

constexpr std::string_view kStart = "= Start";
constexpr std::string_view kEnd = "= End";

// What one line tells: its sign and the numbers after it.
struct Note {
  char sign = 0;
  uint64_t block = 0;
  uint64_t size = 0;
};

// The sign and what follows. A place may hold anything, blanks and signs too: the last sign counts.
std::string_view without_place(std::string_view line) {
  if (line.substr(0, 2) != "@ ") return line;
  for (size_t at = line.size(); at-- > 2;)
    if (std::string_view("+-<>!").find(line[at]) != std::string_view::npos && line[at - 1] == ' ' &&
        line.substr(at + 1, 1) == " ")
      return line.substr(at);
  return {};
}

bool parse_note(std::string_view line, Note& note) {
  TextCursor cursor(without_place(line));
  if (cursor.at_end()) return false;
  note.sign = cursor.rest().front();
  if (std::string_view("+-<>!").find(note.sign) == std::string_view::npos) return false;
  cursor.take(note.sign);
  if (!cursor.take(' ') || !cursor.take_pointer(note.block)) return false;
  const bool sized = note.sign != '-' && note.sign != '<';
  // A size of 0 is printed without its 0x.
  if (sized && (!cursor.take(' ') || !cursor.take_either(note.size))) return false;
  return cursor.only_blanks_left();
}

bool is_mtrace_line(std::string_view line) {
  Note note;
  return line == kStart || line == kEnd || parse_note(line, note);
}

int looks_like(std::string_view head) { return percent_of_lines(head, is_mtrace_line); }

class MtraceReader final : public LineReader {
 public:
  MtraceReader(Input input, const ReaderOptions& options) : LineReader(std::move(input), options.bad_lines_max) {}

  std::vector<std::string> remarks() const override;

 private:
  Complaint parse(std::string_view line, std::vector<reel::Event>& events) override;
  Complaint finish(std::vector<reel::Event>& events) override;

  uint64_t taken_ = 0;          // by a realloc whose second line is still to come; 0: none
  uint64_t half_reallocs_ = 0;  // whose second line never came
};

Complaint MtraceReader::parse(std::string_view line, std::vector<reel::Event>& events) {
  if (line == kStart || line == kEnd) return kUnderstood;
  Note note;
  if (!parse_note(line, note)) return "not a line of mtrace: expected a place, one of + - < > !, an address and a size";
  const uint64_t taken = std::exchange(taken_, 0);
  if (note.sign == '>' && taken == 0) return "the second line of a realloc without its first";
  if (taken != 0 && note.sign != '>') ++half_reallocs_;
  switch (note.sign) {
    case '<':
      taken_ = note.block;
      break;
    case '+':
      events.push_back({.size = note.size, .object = note.block, .op = reel::Op::kMalloc});
      break;
    case '-':
      events.push_back({.object = note.block, .op = reel::Op::kFree});
      break;
    case '>':
      events.push_back({.size = note.size, .object = note.block, .old_object = taken, .op = reel::Op::kRealloc});
      break;
    default:
      events.push_back({.size = note.size, .old_object = note.block, .op = reel::Op::kRealloc});
      break;
  }
  return kUnderstood;
}

Complaint MtraceReader::finish(std::vector<reel::Event>&) {
  if (taken_ != 0) ++half_reallocs_;
  return kUnderstood;
}

std::vector<std::string> MtraceReader::remarks() const {
  if (half_reallocs_ == 0) return {};
  return {fmt::format("{} reallocs lack their second line and were left out", half_reallocs_)};
}

}  // namespace

const FormatSpec& mtrace_format() {
  static const FormatSpec spec{.name = "mtrace",
                               .help = "glibc's mtrace: text of MALLOC_TRACE and libc_malloc_debug.so",
                               .lacks = {{"times", "order only"},
                                         {"threads", "one thread makes all calls"},
                                         {"kinds of calls", "calloc, memalign and operator new are taken for malloc"},
                                         {"alignments", "none"},
                                         {"calls before mtrace()", "frees of older blocks are unknown"}},
                               .looks_like = looks_like,
                               .open = open_reader<MtraceReader>};
  return spec;
}

}  // namespace heapreel::importers
