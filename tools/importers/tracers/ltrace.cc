// The reader of ltrace.h.
#include "tools/importers/tracers/ltrace.h"

#include <algorithm>
#include <fmt/format.h>

#include "tools/importers/frame/line_reader.h"
#include "tools/importers/tracers/call_joiner.h"
#include "tools/importers/tracers/ltrace_line.h"

namespace heapreel::importers {
namespace {

using reel::Event;
using reel::Op;
using Kind = LtraceLine::Kind;

constexpr std::string_view kPosixMemalignUnknown =
    "calls of posix_memalign do not tell which block they gave and were left out, so that its free is unknown; with "
    "ltrace_malloc.conf ltrace tells it";

// What strace prints of any program, and never the name of a function that allocates.
bool is_system_call(std::string_view function) {
  constexpr std::string_view kNames[] = {"execve", "brk",  "mmap",   "munmap", "mremap", "mprotect",  "madvise",
                                         "access", "read", "openat", "close",  "fstat",  "newfstatat"};
  return function.starts_with("SYS_") || std::ranges::find(kNames, function) != std::end(kNames);
}

// What the head of a file tells of the whole.
struct LtraceHead {
  uint64_t lines = 0;
  uint64_t shaped = 0;  // as ltrace's or strace's
  uint64_t calls = 0;   // that allocate or free
  uint64_t system_calls = 0;
  bool has_times = false;
  bool has_threads = false;
};

LtraceHead look_at(std::string_view head) {
  constexpr uint64_t kLinesMax = 2000;
  LtraceHead found;
  WallClock clock;
  LtraceLine line;
  while (!head.empty() && found.lines < kLinesMax) {
    const size_t end = head.find('\n');
    if (end == std::string_view::npos && found.lines > 0) break;
    std::string_view text = head.substr(0, end);
    head.remove_prefix(end == std::string_view::npos ? head.size() : end + 1);
    if (text.ends_with('\r')) text.remove_suffix(1);
    if (text.empty()) continue;
    ++found.lines;
    if (!parse_ltrace_line(text, clock, line)) continue;
    ++found.shaped;
    found.calls += find_call(line.function) != nullptr ? 1 : 0;
    found.system_calls += is_system_call(line.function) ? 1 : 0;
    found.has_times |= line.has_time;
    found.has_threads |= line.has_thread;
  }
  return found;
}

int looks_like(std::string_view head) {
  const LtraceHead found = look_at(head);
  if (found.calls == 0 && found.system_calls == 0) return 0;
  return static_cast<int>(found.shaped * 100 / found.lines);
}

class LtraceReader final : public LineReader {
 public:
  LtraceReader(Input input, const ReaderOptions& options, const LtraceHead& head)
      : LineReader(std::move(input), options.bad_lines_max),
        has_times_(head.has_times),
        has_threads_(head.has_threads) {}

  SourceFacts facts() const override { return {.has_times = has_times_}; }
  bool lacks(std::string_view what) const override {
    return (what != "times" || !has_times_) && (what != "threads" || !has_threads_) &&
           (what != "undisturbed times" || has_times_);
  }
  std::vector<std::string> remarks() const override;

 private:
  Complaint parse(std::string_view text, std::vector<Event>& events) override;
  Complaint begin(const CallForm& form, std::vector<Event>& events);
  Complaint end(const CallForm& form, std::vector<Event>& events);
  bool place_result(Event& event);

  LtraceLine line_;
  CallJoiner joiner_;
  WallClock clock_;
  uint64_t unknown_results_ = 0;  // of posix_memalign
  uint64_t in_libc_ = 0;
  uint64_t troubles_ = 0;        // of ltrace's own
  uint64_t others_ = 0;          // calls that neither allocate nor free
  uint64_t without_thread_ = 0;  // lines, in a trace that has threads
  bool has_times_;
  bool has_threads_;
};

Complaint LtraceReader::parse(std::string_view text, std::vector<Event>& events) {
  if (!parse_ltrace_line(text, clock_, line_)) return "not a line of ltrace: expected 'function(arguments) = result'";
  if (line_.thread >= ~uint32_t{0}) return "a process number out of range";
  if (line_.kind == Kind::kTrouble) ++troubles_;
  if (line_.kind == Kind::kNote || line_.kind == Kind::kTrouble) return kUnderstood;
  without_thread_ += has_threads_ && !line_.has_thread ? 1 : 0;
  if (line_.kind == Kind::kExit) {
    events.push_back({.time = line_.time_ns, .thread = static_cast<uint32_t>(line_.thread), .op = Op::kThreadEnd});
    return kUnderstood;
  }
  const CallForm* form = find_call(line_.function);
  if (form == nullptr || line_.in_libc) {
    ++(form == nullptr ? others_ : in_libc_);
    return kUnderstood;
  }
  if (line_.kind == Kind::kResumed) return end(*form, events);
  const Complaint why = begin(*form, events);
  return why.empty() && line_.kind == Kind::kWhole ? end(*form, events) : why;
}

Complaint LtraceReader::begin(const CallForm& form, std::vector<Event>& events) {
  const LtraceArguments arguments = parse_arguments(line_.arguments);
  Event event;
  // With a prototype that has a result among the arguments, they are printed when it is known.
  const bool awaits = line_.kind == Kind::kBegun && form.op == Op::kPosixMemalign && arguments.count == 0;
  if (awaits)
    event.op = form.op;
  else if (!fill_call(form, {arguments.values.data(), arguments.count}, event))
    return "too few arguments, or not numbers";
  if (line_.kind == Kind::kWhole && !reel::traits(form.op).frees && !line_.has_result) return "the result is no number";
  event.time = line_.time_ns;
  event.thread = static_cast<uint32_t>(line_.thread);
  if (joiner_.begin(event) && event.object != 0) events.push_back(event);  // free(NULL) does nothing
  return kUnderstood;
}

Complaint LtraceReader::end(const CallForm& form, std::vector<Event>& events) {
  if (reel::traits(form.op).frees) return kUnderstood;
  if (!line_.has_result) return "the result is no number";
  // A resumed call's line begins when it returns, a whole one's when it is made.
  const uint64_t time = line_.time_ns + (line_.kind == Kind::kWhole ? line_.duration_ns : 0);
  const auto thread = static_cast<uint32_t>(line_.thread);
  Event event;
  if (!joiner_.end(thread, form.op, time, line_.result, event)) return kUnderstood;
  if (form.op == Op::kPosixMemalign && !place_result(event)) return kUnderstood;
  events.push_back(event);
  return kUnderstood;
}

// posix_memalign returns 0 or an errno, and the block through its first argument: printed by a prototype that says so,
// of three arguments. Without one, four are printed, and the first is the place where the block's address will be.
bool LtraceReader::place_result(Event& event) {
  if (line_.result != 0) {
    event.object = 0;
    return true;
  }
  const LtraceArguments arguments = parse_arguments(line_.arguments);
  if (arguments.count != 3) {
    ++unknown_results_;
    return false;
  }
  Event told;
  fill_call(*find_call("posix_memalign"), {arguments.values.data(), arguments.count}, told);
  event.object = arguments.values[0];
  event.size = told.size;
  event.align_log2 = told.align_log2;
  return true;
}

std::vector<std::string> LtraceReader::remarks() const {
  std::vector<std::string> remarks = joiner_.remarks();
  auto add = [&remarks](uint64_t count, std::string_view what) {
    if (count > 0) remarks.push_back(fmt::format("{} {}", count, what));
  };
  add(unknown_results_, kPosixMemalignUnknown);
  add(troubles_, "times ltrace met a breakpoint that it did not expect: calls may be missing");
  add(in_libc_, "calls within the C library were left out: ltrace names them wrongly");
  add(others_, "calls of other functions were passed over");
  add(without_thread_, "lines without a process number count as a thread of their own: ltrace -o writes one on each");
  return remarks;
}

base::Result<std::unique_ptr<TraceReader>> open(Input input, const ReaderOptions& options) {
  const auto head = input.head();
  if (!head) return base::fail(head.error());
  const LtraceHead found = look_at(*head);
  if (found.calls == 0 && found.system_calls > 0)
    return base::fail({.code = base::ErrorCode::kUnsupported,
                       .what = std::string(kCannotImport),
                       .why = "it has system calls only, which are the allocator's own requests, not the program's",
                       .hint = "trace functions instead: ltrace -f -ttt -o FILE -e malloc+free+... PROGRAM"});
  return std::make_unique<LtraceReader>(std::move(input), options, found);
}

}  // namespace

const FormatSpec& ltrace_format() {
  static const FormatSpec spec{
      .name = "ltrace",
      .help = "text of ltrace, or of strace's shape with names of functions",
      .lacks = {{"times", "order only"},
                {"threads", "one thread makes all calls"},
                {"undisturbed times", "those of a program that is stopped at each call"},
                {"calls within libraries", "blocks of strdup, getline and the like: their frees are unknown"},
                {"processes", "all numbers are threads of one process"}},
      .looks_like = looks_like,
      .open = open};
  return spec;
}

}  // namespace heapreel::importers
