// The reader of bpftrace.h.
#include "tools/importers/tracers/bpftrace.h"

#include <array>
#include <fmt/format.h>

#include "tools/importers/frame/line_reader.h"
#include "tools/importers/frame/text_cursor.h"
#include "tools/importers/tracers/call_forms.h"
#include "tools/importers/tracers/first_process.h"
#include "tools/importers/tracers/time_sorter.h"

namespace heapreel::importers {
namespace {

using reel::Event;

constexpr std::string_view kHeader = "# heapreel malloc.bt ";
constexpr uint64_t kVersionMax = 1;

bool take_number(TextCursor& cursor, uint64_t& value) {
  cursor.skip_blanks();
  return cursor.take_either(value);
}

// The call of a line, with the process in `process`.
bool take_call(std::string_view text, uint64_t& process, Event& event) {
  TextCursor cursor(text);
  const CallForm* form = find_call(cursor.take_word());
  uint64_t thread = 0;
  uint64_t time = 0;
  if (form == nullptr || !take_number(cursor, process) || !take_number(cursor, thread) || !take_number(cursor, time))
    return false;
  const bool frees = reel::traits(form->op).frees;
  const size_t wanted = form->arguments.size() - (form->arguments.front() == 'r' ? 1 : 0);
  std::array<uint64_t, kArgumentsMax> values{};
  for (size_t i = 0; i < wanted; ++i)
    if (!take_number(cursor, values[i])) return false;
  uint64_t result = 0;
  if (!frees && !take_number(cursor, result)) return false;
  if (!cursor.only_blanks_left() || thread >= ~uint32_t{0}) return false;
  fill_call(*form, {values.data(), wanted}, event);
  if (!frees) event.object = result;
  event.thread = static_cast<uint32_t>(thread);
  event.time = time;
  return true;
}

// `Lost 12 events`, of bpftrace itself.
bool take_loss(std::string_view text, uint64_t& lost) {
  TextCursor cursor(text);
  return cursor.take("Lost ") && cursor.take_number(lost) && cursor.take(" events");
}

bool is_passed_over(std::string_view text) { return text.front() == '#' || text.starts_with("Attaching "); }

int looks_like(std::string_view head) {
  if (head.find(kHeader) != std::string_view::npos) return 100;
  return percent_of_lines(head, [](std::string_view text) {
    uint64_t process = 0;
    Event event;
    return take_call(text, process, event);
  });
}

class BpftraceReader final : public LineReader {
 public:
  BpftraceReader(Input input, const ReaderOptions& options) : LineReader(std::move(input), options.bad_lines_max) {}

  SourceFacts facts() const override { return {.has_times = true}; }
  std::vector<std::string> remarks() const override;

 private:
  Complaint parse(std::string_view text, std::vector<Event>& events) override;
  Complaint finish(std::vector<Event>& events) override;

  TimeSorter sorter_;
  FirstProcess process_;
  uint64_t lost_ = 0;
};

Complaint BpftraceReader::parse(std::string_view text, std::vector<Event>& events) {
  if (uint64_t lost = 0; take_loss(text, lost)) {
    lost_ += lost;
    return kUnderstood;
  }
  if (is_passed_over(text)) return kUnderstood;
  uint64_t process = 0;
  Event event;
  if (!take_call(text, process, event)) return "not a line of malloc.bt: expected 'function pid tid ns values'";
  if (!process_.takes(process)) return kUnderstood;
  if (reel::traits(event.op).frees && event.object == 0) return kUnderstood;  // free(NULL) does nothing
  sorter_.add(event, events);
  return kUnderstood;
}

Complaint BpftraceReader::finish(std::vector<Event>& events) {
  sorter_.drain(events);
  return kUnderstood;
}

std::vector<std::string> BpftraceReader::remarks() const {
  std::vector<std::string> remarks;
  if (process_.left_out() > 0) remarks.push_back(process_.remark());
  if (lost_ > 0) remarks.push_back(fmt::format("bpftrace lost {} calls: BPFTRACE_PERF_RB_PAGES=1024 helps", lost_));
  if (sorter_.late() > 0)
    remarks.push_back(fmt::format("{} calls stood too late in the file to be sorted", sorter_.late()));
  return remarks;
}

base::Result<std::unique_ptr<TraceReader>> open(Input input, const ReaderOptions& options) {
  const auto head = input.head();
  if (!head) return base::fail(head.error());
  const size_t at = head->find(kHeader);
  TextCursor cursor(at == std::string_view::npos ? std::string_view() : head->substr(at + kHeader.size()));
  uint64_t version = 0;
  if (cursor.take_number(version) && version > kVersionMax)
    return base::fail({.code = base::ErrorCode::kUnsupported,
                       .what = std::string(kCannotImport),
                       .why = fmt::format("it was made by version {} of malloc.bt", version),
                       .hint = "use the malloc.bt that came with this heapreel, or a newer heapreel"});
  return open_reader<BpftraceReader>(std::move(input), options);
}

}  // namespace

const FormatSpec& bpftrace_format() {
  static const FormatSpec spec{
      .name = "bpftrace",
      .help = "text of our bpftrace script malloc.bt",
      .lacks = {{"undisturbed times", "those of a program that traps into the kernel at each call"},
                {"operator new", "taken for malloc, which it calls"}},
      .looks_like = looks_like,
      .open = open};
  return spec;
}

}  // namespace heapreel::importers
