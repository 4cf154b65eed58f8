// What a trace format is, as plain data: its name, what it cannot tell and what is assumed in its place, how to know it
// and how to read it. Choices of --from, help, detection and reports all come from here (format_table.h).
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "tools/importers/frame/trace_reader.h"
#include "tools/importers/input/input.h"

namespace heapreel::importers {

// Something that a reel can hold and this format (or one of its traces) does not tell.
struct Lack {
  std::string_view what;     // a short key: "times", "threads", "alignments", "failed calls"
  std::string_view assumed;  // what the reel has instead: "order only"
};

struct ReaderOptions {
  uint64_t bad_lines_max = 100;
};

using Detector = int (*)(std::string_view head);
using Opener = base::Result<std::unique_ptr<TraceReader>> (*)(Input input, const ReaderOptions& options);

struct FormatSpec {
  std::string_view name;      // of --from
  std::string_view help;      // one line: whose traces they are
  std::vector<Lack> lacks{};  // in the order they are reported
  Detector looks_like{};      // of a trace's first kHeadBytes: 0 surely not .. 100 surely. From kLikely on it is taken
  Opener open{};              // null: a format with a reader of its own (mlogcol)
};

inline constexpr int kLikely = 50;

// How many of a hundred of the head's first lines `fits` takes, of at most 200; 0 without a line. Blank lines do not
// count, nor does a last one that is cut, unless it is the only one.
int percent_of_lines(std::string_view head, bool (*fits)(std::string_view line));

// A reader of class `Reader`, whose constructor takes the input and the options.
template <class Reader>
base::Result<std::unique_ptr<TraceReader>> open_reader(Input input, const ReaderOptions& options) {
  return std::make_unique<Reader>(std::move(input), options);
}

}  // namespace heapreel::importers
