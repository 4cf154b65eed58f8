// The reader of perf.h.
#include "tools/importers/tracers/perf.h"

#include <array>
#include <fmt/format.h>

#include "tools/importers/frame/line_reader.h"
#include "tools/importers/tracers/call_joiner.h"
#include "tools/importers/tracers/first_process.h"
#include "tools/importers/tracers/wall_clock.h"

namespace heapreel::importers {
namespace {

using reel::Event;

// One line taken apart.
struct PerfLine {
  bool has_process = false;
  bool returns = false;
  uint64_t process = 0;
  uint64_t thread = 0;
  uint64_t time_ns = 0;
  const CallForm* form = nullptr;  // null: some other event
  std::array<uint64_t, kArgumentsMax> values{};
  size_t value_count = 0;
};

// `56914.365785:`
bool take_time(TextCursor& cursor, uint64_t& ns) {
  TextCursor ahead = cursor;
  const std::string_view word = TextCursor(ahead).take_word();
  if (word.find('.') == std::string_view::npos || !take_seconds(ahead, ns) || !ahead.take(':')) return false;
  cursor = ahead;
  return true;
}

// `9958` or `9958/9960`, perhaps `[001]`, and the time.
bool take_thread_and_time(TextCursor& cursor, PerfLine& line) {
  TextCursor ahead = cursor;
  if (!ahead.take_number(line.thread)) return false;
  line.has_process = ahead.take('/');
  line.process = line.thread;
  if (line.has_process && !ahead.take_number(line.thread)) return false;
  if (!ahead.take(' ')) return false;
  ahead.skip_blanks();
  if (ahead.take('[')) {
    ahead.take_word();
    ahead.skip_blanks();
  }
  if (!take_time(ahead, line.time_ns)) return false;
  cursor = ahead;
  return true;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The function that a probe of this name is on.
const CallForm* form_of(std::string_view probe) {
  constexpr std::string_view kReturn = "__return";
  if (probe.ends_with(kReturn)) probe.remove_suffix(kReturn.size());
  const size_t digits = probe.find_last_not_of("0123456789");
  if (digits != std::string_view::npos && digits + 1 < probe.size() && digits > 0 && probe[digits] == '_' &&
      is_digit(probe.back()))
    probe = probe.substr(0, digits);
  const CallForm* form = find_call(probe);
  if (form != nullptr) return form;
  probe.remove_prefix(std::min(probe.find_first_not_of('_'), probe.size()));
  if (probe.starts_with("libc_")) probe.remove_prefix(5);
  return find_call(probe);
}

// `(7fc2ad46e930 <- 55895a27e2cd) ptr=0x5589688632a0`
bool take_values(TextCursor& cursor, PerfLine& line) {
  if (!cursor.take('(')) return false;
  line.returns = cursor.take_until(")").find("<-") != std::string_view::npos;
  if (!cursor.take(')')) return false;
  while (!cursor.only_blanks_left() && line.value_count < line.values.size()) {
    cursor.take_until("=");
    if (!cursor.take('=') || !cursor.take_either(line.values[line.value_count++])) return false;
  }
  return true;
}

// `probe_libc:malloc: ...`; of other events no more is looked at.
bool take_event(TextCursor& cursor, PerfLine& line) {
  cursor.skip_blanks();
  std::string_view event = cursor.take_word();
  if (!event.ends_with(':')) return false;
  event.remove_suffix(1);
  line.form = form_of(event.substr(event.rfind(':') + 1));
  cursor.skip_blanks();
  return line.form == nullptr || take_values(cursor, line);
}

// The name of the program comes first and may be several words, so the rest is looked for behind each.
bool parse_line(std::string_view text, PerfLine& line) {
  line = {};
  TextCursor cursor(text);
  while (!cursor.only_blanks_left()) {
    if (take_thread_and_time(cursor, line)) return take_event(cursor, line);
    cursor.take_word();
  }
  return false;
}

// A frame of a call stack, or a line of perf script --header.
bool is_passed_over(std::string_view text) { return text.front() == '\t' || text.front() == '#'; }

int looks_like(std::string_view head) {
  const int calls = percent_of_lines(head, [](std::string_view text) {
    PerfLine line;
    return parse_line(text, line) && line.form != nullptr;
  });
  if (calls == 0) return 0;
  return percent_of_lines(head, [](std::string_view text) {
    PerfLine line;
    return is_passed_over(text) || parse_line(text, line);
  });
}

class PerfReader final : public LineReader {
 public:
  PerfReader(Input input, const ReaderOptions& options) : LineReader(std::move(input), options.bad_lines_max) {}

  SourceFacts facts() const override { return {.has_times = true}; }
  std::vector<std::string> remarks() const override;

 private:
  Complaint parse(std::string_view text, std::vector<Event>& events) override;
  Complaint begin(const PerfLine& line, std::vector<Event>& events);
  Complaint end(const PerfLine& line, std::vector<Event>& events);

  CallJoiner joiner_;
  FirstProcess process_;
  uint64_t unknown_results_ = 0;  // of posix_memalign
  uint64_t others_ = 0;           // events that are no calls of ours
};

Complaint PerfReader::parse(std::string_view text, std::vector<Event>& events) {
  if (is_passed_over(text)) return kUnderstood;
  PerfLine line;
  if (!parse_line(text, line))
    return "not a line of perf script: expected 'program tid [cpu] time: probe: (...) values'";
  if (line.thread >= ~uint32_t{0}) return "a thread number out of range";
  if (line.form == nullptr) {
    ++others_;
    return kUnderstood;
  }
  if (line.has_process && !process_.takes(line.process)) return kUnderstood;
  return line.returns ? end(line, events) : begin(line, events);
}

Complaint PerfReader::begin(const PerfLine& line, std::vector<Event>& events) {
  Event event;
  if (!fill_call(*line.form, {line.values.data(), line.value_count}, event))
    return "the probe has fewer values than the function has arguments";
  event.time = line.time_ns;
  event.thread = static_cast<uint32_t>(line.thread);
  if (joiner_.begin(event) && event.object != 0) events.push_back(event);  // free(NULL) does nothing
  return kUnderstood;
}

Complaint PerfReader::end(const PerfLine& line, std::vector<Event>& events) {
  if (reel::traits(line.form->op).frees) return kUnderstood;
  if (line.value_count == 0) return "the probe of the return has no value: add $retval to it";
  Event event;
  const auto thread = static_cast<uint32_t>(line.thread);
  if (!joiner_.end(thread, line.form->op, line.time_ns, line.values[0], event)) return kUnderstood;
  if (event.op == reel::Op::kPosixMemalign) {
    if (event.object == 0) {  // it went well, and the block's address is in memory that no probe reads
      ++unknown_results_;
      return kUnderstood;
    }
    event.object = 0;
  }
  events.push_back(event);
  return kUnderstood;
}

std::vector<std::string> PerfReader::remarks() const {
  std::vector<std::string> remarks = joiner_.remarks();
  if (process_.left_out() > 0) remarks.push_back(process_.remark());
  if (unknown_results_ > 0)
    remarks.push_back(
        fmt::format("{} calls of posix_memalign do not tell which block they gave and were left out, so that its "
                    "free is unknown",
                    unknown_results_));
  if (others_ > 0) remarks.push_back(fmt::format("{} other events were passed over", others_));
  return remarks;
}

}  // namespace

const FormatSpec& perf_format() {
  static const FormatSpec spec{
      .name = "perf",
      .help = "text of perf script: uprobes and uretprobes on malloc and the like",
      .lacks = {{"undisturbed times", "those of a program that traps into the kernel at each call"},
                {"processes", "without pid/tid, all numbers are threads of one process"},
                {"results of posix_memalign", "the call is left out"}},
      .looks_like = looks_like,
      .open = open_reader<PerfReader>};
  return spec;
}

}  // namespace heapreel::importers
