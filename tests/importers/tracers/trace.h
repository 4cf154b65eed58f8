// A trace by hand, read by its format's reader.
#pragma once

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "tests/trace_format/memory_file.h"
#include "tools/importers/frame/format_spec.h"

namespace heapreel::tests {

struct Trace {
  std::vector<reel::Event> events{};
  std::vector<std::string> remarks{};
  std::vector<importers::BadLine> bad_lines{};
  std::string error{};  // why it cannot be read; empty if it can
  importers::SourceFacts facts{};
};

inline base::Result<importers::Input> input_of(const std::string& text) {
  const MemoryFile file(base::as_bytes(text.data(), text.size()));
  return importers::Input::open(file.path());
}

inline Trace read_trace(const importers::FormatSpec& format, const std::string& text) {
  Trace trace;
  auto input = input_of(text);
  auto reader = input ? format.open(std::move(*input), {}) : base::fail(std::move(input).error());
  if (!reader) return {.error = reader.error().why + "; " + reader.error().hint};
  while (true) {
    const auto more = (*reader)->read(trace.events);
    if (!more) trace.error = more.error().why;
    if (!more || !*more) break;
  }
  trace.remarks = (*reader)->remarks();
  trace.bad_lines = (*reader)->bad_lines().first();
  trace.facts = (*reader)->facts();
  return trace;
}

// The complaint about the one line of this trace that makes no sense.
inline std::string complaint_about(const importers::FormatSpec& format, const std::string& text) {
  const Trace trace = read_trace(format, text);
  if (trace.bad_lines.size() != 1) return std::to_string(trace.bad_lines.size()) + " complaints";
  return trace.bad_lines.front().why;
}

}  // namespace heapreel::tests
