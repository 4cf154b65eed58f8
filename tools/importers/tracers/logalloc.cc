// The reader of logalloc.h.
#include "tools/importers/tracers/logalloc.h"

#include <array>
#include <fmt/format.h>

#include "tools/importers/frame/line_reader.h"
#include "tools/importers/frame/text_cursor.h"
#include "tools/importers/tracers/call_forms.h"
#include "tools/importers/tracers/first_process.h"
#include "trace_format/base/flat_map.h"

namespace heapreel::importers {
namespace {

constexpr std::string_view kMark = "jemalloc_stats";  // about:memory was looked at

// One line taken apart.
struct Logged {
  uint64_t process = 0;
  uint64_t thread = 0;
  std::string_view function{};
  std::array<uint64_t, kArgumentsMax> arguments{};
  size_t argument_count = 0;
  bool has_result = false;
  uint64_t result = 0;
};

// 24, 0x7f90495120e0 or #3.
bool take_value(TextCursor& cursor, uint64_t& value) {
  if (cursor.take('#')) return cursor.take_number(value);
  return cursor.take_either(value);
}

bool take_arguments(TextCursor& cursor, Logged& call) {
  if (cursor.take(')')) return true;
  while (call.argument_count < call.arguments.size()) {
    if (!take_value(cursor, call.arguments[call.argument_count++])) return false;
    if (cursor.take(')')) return true;
    if (!cursor.take(',')) return false;
  }
  return false;
}

bool take_call(std::string_view line, Logged& call) {
  TextCursor cursor(line);
  if (!cursor.take_number(call.process) || !cursor.take(' ')) return false;
  if (!cursor.take_number(call.thread))
    call.thread = call.process;
  else if (!cursor.take(' '))
    return false;
  call.function = cursor.take_until("( =");
  if (call.function.empty() || !cursor.take('(') || !take_arguments(cursor, call)) return false;
  call.has_result = cursor.take('=');
  return (!call.has_result || take_value(cursor, call.result)) && cursor.only_blanks_left();
}

bool is_logalloc_line(std::string_view line) {
  Logged call;
  return take_call(line, call) && (call.function == kMark || find_call(call.function) != nullptr);
}

int looks_like(std::string_view head) { return percent_of_lines(head, is_logalloc_line); }

class LogallocReader final : public LineReader {
 public:
  LogallocReader(Input input, const ReaderOptions& options) : LineReader(std::move(input), options.bad_lines_max) {}

  std::vector<std::string> remarks() const override;

 private:
  Complaint parse(std::string_view line, std::vector<reel::Event>& events) override;
  uint32_t thread_of(uint64_t number);

  base::FlatMap<uint32_t, 6> threads_;  // the source's are pthread_self(), too long for an event
  FirstProcess process_;
  uint64_t marks_ = 0;
};

uint32_t LogallocReader::thread_of(uint64_t number) {
  const uint64_t key = number + (number == ~uint64_t{0} ? 0 : 1);
  if (const uint32_t* known = threads_.find(key); known != nullptr) return *known;
  const auto thread = static_cast<uint32_t>(threads_.size());
  threads_.add(key, thread);
  return thread;
}

Complaint LogallocReader::parse(std::string_view line, std::vector<reel::Event>& events) {
  Logged call;
  if (!take_call(line, call)) return "not a line of logalloc: expected 'pid tid function(arguments)=result'";
  const bool mark = call.function == kMark;
  const CallForm* form = mark ? nullptr : find_call(call.function);
  if (!mark && form == nullptr) return "an unknown function";
  if (!process_.takes(call.process)) return kUnderstood;
  if (mark) {
    ++marks_;
    return kUnderstood;
  }
  reel::Event event;
  if (!fill_call(*form, {call.arguments.data(), call.argument_count}, event)) return "too few arguments";
  const bool frees = reel::traits(form->op).frees;
  if (frees == call.has_result) return frees ? "a free that returns something" : "the result is missing";
  if (frees && event.object == 0) return kUnderstood;  // free(NULL) does nothing
  if (!frees) event.object = call.result;
  event.thread = thread_of(call.thread);
  events.push_back(event);
  return kUnderstood;
}

std::vector<std::string> LogallocReader::remarks() const {
  std::vector<std::string> remarks;
  if (process_.left_out() > 0) remarks.push_back(process_.remark());
  if (marks_ > 0) remarks.push_back(fmt::format("{} marks '{}()' were left out", marks_, kMark));
  return remarks;
}

}  // namespace

const FormatSpec& logalloc_format() {
  static const FormatSpec spec{.name = "logalloc",
                               .help = "Firefox's logalloc: text of MALLOC_LOG, as it is or munged",
                               .lacks = {{"times", "order only"},
                                         {"operator new", "taken for malloc, as Firefox's allocator sees it"},
                                         {"failed calls", "absent from munged logs"}},
                               .looks_like = looks_like,
                               .open = open_reader<LogallocReader>};
  return spec;
}

}  // namespace heapreel::importers
