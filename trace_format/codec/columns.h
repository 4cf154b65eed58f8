// The columns of an event block and what each holds. The numbers are part of the file format (append-only).
//
// A number column occupies two ids: the even one for its small bytes, the odd one for the extra bytes.
#pragma once

#include <array>
#include <cstdint>

#include "trace_format/codec/value_column.h"

namespace heapreel::reel {

enum class Column : uint8_t {
  kParams = 0,       // numbers: see BlockParams
  kLanes = 2,        // numbers: the thread serials of the lanes
  kRunLane = 4,      // numbers: the lane of each run of events
  kRunLength = 6,    // numbers: its length - 1
  kTokens = 8,       // bytes: one per event (alphabet.h)
  kRefs = 10,        // bytes: one per realloc that names an old block: a token that frees
  kTupleIndex = 12,  // numbers
  kLiteral = 14,     // numbers: four per literal: kind, flags, log2 of the alignment, size
  kAge = 16,         // numbers
  kOld = 18,         // numbers: blocks born elsewhere
  kCross = 20,       // numbers: blocks born on another lane
  kRare = 22,        // numbers
  kPlace = 24,       // numbers: where a birth was placed (addresses)
  kTime = 26,        // numbers
  kDuration = 28,    // numbers
  kStack = 30,       // numbers, optional: the call stacks of allocations (stack_column.h)
};
inline constexpr unsigned kColumnIds = 32;

// Whether a reader that does not know the column may leave it out.
inline constexpr bool is_optional(unsigned id) { return id >= static_cast<unsigned>(Column::kStack); }

// How a block names objects.
enum class Naming : uint8_t { kAddress = 0, kNumber = 1 };

// How a block stores times.
enum class TimeCodec : uint8_t {
  kNone = 0,   // every event has the block's first time
  kDelta = 1,  // one number per event
  kCurve = 2,  // a piecewise-linear curve over the event index
  kSteps = 3,  // exactly, as changes and how many events each time lasts
};

// Which events carry a duration.
enum class Durations : uint8_t { kNone = 0, kReallocs = 1, kAll = 2 };

// The parameters of one event block: the first column, in this order.
struct BlockParams {
  Naming naming = Naming::kAddress;
  TimeCodec time_codec = TimeCodec::kDelta;
  Durations durations = Durations::kReallocs;
  bool places = true;  // births carry addresses (always under Naming::kAddress)
  uint32_t events = 0;
  uint32_t births = 0;
  uint32_t lanes = 0;
  uint64_t first_object = 0;  // the number of the first birth (Naming::kNumber)
  uint64_t time_quantum = 1;  // ticks; every stored time is a multiple
  uint64_t first_time = 0;    // in quanta
};

// The span of a block in ticks, as a reader will see it; durations reach back from an allocation and forward from a
// free.
struct BlockSpan {
  uint64_t first_time = 0;
  uint64_t last_time = 0;
};

}  // namespace heapreel::reel
