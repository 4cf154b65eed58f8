// One line of ltrace or strace, taken apart (ltrace.h).
#pragma once

#include <array>

#include "tools/importers/tracers/call_forms.h"
#include "tools/importers/tracers/wall_clock.h"

namespace heapreel::importers {

struct LtraceLine {
  enum class Kind : uint8_t {
    kWhole,    // a call with its result
    kBegun,    // its end follows later, or never
    kResumed,  // the end of one that was begun
    kExit,     // +++ exited (status 0) +++
    kNote,     // a signal, an exec
    kTrouble,  // ltrace says that it met what it did not expect: calls may be missing
  };

  Kind kind = Kind::kNote;
  bool has_thread = false;
  bool has_time = false;
  bool in_libc = false;     // called from the C library itself
  bool has_result = false;  // a number, not <void> or text
  uint64_t thread = 0;      // of the kernel
  uint64_t time_ns = 0;
  uint64_t duration_ns = 0;  // with -T
  uint64_t result = 0;
  std::string_view function{};
  std::string_view arguments{};  // as printed
};

// False if the line has another shape.
bool parse_ltrace_line(std::string_view text, WallClock& clock, LtraceLine& line);

struct LtraceArguments {
  std::array<uint64_t, kArgumentsMax> values{};
  size_t count = 0;
};

// The first of the arguments, as far as they are numbers.
LtraceArguments parse_arguments(std::string_view text);

}  // namespace heapreel::importers
