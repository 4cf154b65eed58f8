// The reader of heaptrack.h.
#include "tools/importers/tracers/heaptrack.h"

#include <fmt/format.h>
#include <span>

#include "tools/importers/frame/line_reader.h"
#include "tools/importers/frame/text_cursor.h"

namespace heapreel::importers {
namespace {

constexpr uint64_t kFormatMax = 3;
constexpr uint64_t kNsPerMs = 1'000'000;
constexpr uint64_t kMsMax = ~uint64_t{0} / kNsPerMs;
constexpr std::string_view kOtherLines = "tmxXISR#";
constexpr std::string_view kInterpretedLines = "asi";  // allocations, strings, instruction pointers

bool take_numbers(std::string_view line, std::span<uint64_t> numbers) {
  TextCursor cursor(line.substr(1));
  for (uint64_t& number : numbers)
    if (!cursor.take(' ') || !cursor.take_hex(number)) return false;
  return cursor.only_blanks_left();
}

// `v 10400 3`, or in old files `v 10100`: format 1.
bool take_version(std::string_view head, uint64_t& format) {
  TextCursor cursor(head);
  uint64_t version = 0;
  if (!cursor.take("v ") || !cursor.take_hex(version)) return false;
  format = 1;
  if (cursor.take(' ') && !cursor.take_hex(format)) return false;
  cursor.skip_blanks();
  return cursor.at_end() || cursor.rest().front() == '\n' || cursor.rest().front() == '\r';
}

bool is_interpreted(std::string_view head) {
  for (size_t at = head.find('\n'); at != std::string_view::npos && at + 2 < head.size(); at = head.find('\n', at + 1))
    if (kInterpretedLines.find(head[at + 1]) != std::string_view::npos && head[at + 2] == ' ') return true;
  return false;
}

int looks_like(std::string_view head) {
  uint64_t format = 0;
  return take_version(head, format) ? 100 : 0;
}

class HeaptrackReader final : public LineReader {
 public:
  HeaptrackReader(Input input, const ReaderOptions& options) : LineReader(std::move(input), options.bad_lines_max) {}

  SourceFacts facts() const override { return {.has_times = true, .times_from_start = true}; }
  std::vector<std::string> remarks() const override;

 private:
  Complaint parse(std::string_view line, std::vector<reel::Event>& events) override;

  uint64_t time_ns_ = 0;
  bool attached_ = false;
};

Complaint HeaptrackReader::parse(std::string_view line, std::vector<reel::Event>& events) {
  constexpr Complaint kMalformed = "not a line of a raw heaptrack file";
  uint64_t numbers[3] = {};
  switch (line.front()) {
    case '+':
      if (!take_numbers(line, numbers)) return kMalformed;
      events.push_back({.time = time_ns_, .size = numbers[0], .object = numbers[2], .op = reel::Op::kMalloc});
      return kUnderstood;
    case '-':
      if (!take_numbers(line, std::span(numbers).first(1))) return kMalformed;
      events.push_back({.time = time_ns_, .object = numbers[0], .op = reel::Op::kFree});
      return kUnderstood;
    case 'c':
      if (!take_numbers(line, std::span(numbers).first(1)) || numbers[0] > kMsMax) return kMalformed;
      time_ns_ = numbers[0] * kNsPerMs;
      return kUnderstood;
    case 'v':
      return lines() == 1 ? kUnderstood : Complaint("a second 'v': files one after another");
    case 'A':
      attached_ = true;
      return kUnderstood;
    default:
      return kOtherLines.find(line.front()) == std::string_view::npos ? kMalformed : kUnderstood;
  }
}

std::vector<std::string> HeaptrackReader::remarks() const {
  if (!attached_) return {};
  return {"heaptrack was attached to a running process: blocks born before that are unknown"};
}

// Fails for an interpreted file, and for formats that did not exist when this was written.
base::Result<std::unique_ptr<TraceReader>> open(Input input, const ReaderOptions& options) {
  const auto head = input.head();
  if (!head) return base::fail(head.error());
  auto refuse = [](base::ErrorCode code, std::string why, std::string hint) {
    return base::fail(
        {.code = code, .what = std::string(kCannotImport), .why = std::move(why), .hint = std::move(hint)});
  };
  uint64_t format = 0;
  if (!take_version(*head, format))
    return refuse(base::ErrorCode::kBadInput, "it does not begin as a heaptrack file does, with 'v'",
                  "record it with: heaptrack --raw");
  if (format > kFormatMax)
    return refuse(base::ErrorCode::kUnsupported, fmt::format("it has heaptrack's format {}", format),
                  fmt::format("formats up to {} can be imported", kFormatMax));
  if (is_interpreted(*head))
    return refuse(base::ErrorCode::kUnsupported, "it is an interpreted heaptrack file, whose blocks have no addresses",
                  "record again with: heaptrack --raw");
  return open_reader<HeaptrackReader>(std::move(input), options);
}

}  // namespace

const FormatSpec& heaptrack_format() {
  static const FormatSpec spec{.name = "heaptrack",
                               .help = "heaptrack's raw file, of heaptrack --raw (not the interpreted one)",
                               .lacks = {{"finer times", "each call has the time of heaptrack's last 10 ms tick"},
                                         {"threads", "one thread makes all calls"},
                                         {"kinds of calls", "calloc, memalign and operator new are taken for malloc"},
                                         {"alignments", "none"},
                                         {"reallocs", "each is a free and a malloc"},
                                         {"memalign, pvalloc", "none were called: frees of their blocks are unknown"},
                                         {"failed calls", "none failed"}},
                               .looks_like = looks_like,
                               .open = open};
  return spec;
}

}  // namespace heapreel::importers
