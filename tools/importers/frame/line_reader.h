// The reader of a format made of lines: a format says what one line means, this does all else.
//
// Blank lines are passed over. A format is never shown more than kLineBytesMax of a line.
#pragma once

#include "tools/importers/frame/trace_reader.h"
#include "tools/importers/input/input.h"

namespace heapreel::importers {

// Why a line could not be understood, in words that follow "line 7: ". Lives for ever.
using Complaint = std::string_view;
inline constexpr Complaint kUnderstood{};

class LineReader : public TraceReader {
 public:
  LineReader(Input input, uint64_t bad_lines_max) : TraceReader(bad_lines_max), input_(std::move(input)) {}

  base::Result<bool> read(std::vector<reel::Event>& events) final;
  uint64_t lines() const final { return input_.lines(); }

 protected:
  // Appends the calls that a line tells; none is fine, too, for a line that holds no call. A line it complains of
  // appends nothing.
  virtual Complaint parse(std::string_view line, std::vector<reel::Event>& events) = 0;
  // After the last line: what is still to be told, and what the trace as a whole lacks.
  virtual Complaint finish(std::vector<reel::Event>&) { return kUnderstood; }

 private:
  Input input_;
  bool finished_ = false;
};

}  // namespace heapreel::importers
