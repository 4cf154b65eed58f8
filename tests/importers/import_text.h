// A trace at hand, read by its format as an import would: events by object number, repairs, complaints.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/trace_format/events.h"
#include "tests/trace_format/memory_file.h"
#include "tools/importers/frame/format_spec.h"
#include "tools/importers/frame/named_stream.h"

namespace heapreel::tests {

struct ReadTrace {
  std::vector<Event> events{};
  importers::Repairs repairs{};
  std::vector<importers::SourceThread> threads{};
  uint64_t bad_lines = 0;
  std::vector<importers::BadLine> first_bad_lines{};
  bool has_times = false;
  std::vector<std::string> lacks{};
  std::string error{};  // "why (hint)" of what ended the reading

  // "7: no such call is known", of the first bad line.
  std::string first_complaint() const {
    if (first_bad_lines.empty()) return {};
    return std::to_string(first_bad_lines.front().number) + ": " + first_bad_lines.front().why;
  }
  std::vector<Op> ops() const {
    std::vector<Op> all;
    for (const Event& event : events) all.push_back(event.op);
    return all;
  }
};

inline std::string words_of(const base::Error& error) { return error.why + " (" + error.hint + ")"; }

inline void read_events(importers::TraceReader& reader, ReadTrace& trace) {
  importers::NamedStream stream(reader);
  reel::EventBatch batch;
  for (;;) {
    const auto more = stream.next(batch);
    if (!more) trace.error = words_of(more.error());
    if (!more || !*more) break;
    trace.events.insert(trace.events.end(), batch.events.begin(), batch.events.end());
  }
  trace.repairs = stream.repairs();
  trace.threads = stream.threads();
}

inline ReadTrace read_text(const importers::FormatSpec& format, std::string_view text, uint64_t bad_lines_max = 100) {
  ReadTrace trace;
  const MemoryFile file(base::as_bytes(text.data(), text.size()));
  auto input = importers::Input::open(file.path());
  auto reader = input ? format.open(std::move(*input), {.bad_lines_max = bad_lines_max})
                      : base::Result<std::unique_ptr<importers::TraceReader>>(base::fail(std::move(input).error()));
  if (!reader) {
    trace.error = words_of(reader.error());
    return trace;
  }
  trace.has_times = (*reader)->facts().has_times;
  for (const importers::Lack& lack : format.lacks)
    if ((*reader)->lacks(lack.what)) trace.lacks.emplace_back(lack.what);
  read_events(**reader, trace);
  trace.bad_lines = (*reader)->bad_lines().count();
  trace.first_bad_lines = (*reader)->bad_lines().first();
  return trace;
}

}  // namespace heapreel::tests
