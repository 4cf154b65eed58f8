// The times that stand at the front of a tracer's lines, as nanoseconds that go on growing.
//
// Seconds with or without a fraction (since 1970 or the machine's start), times of day (which begin again at midnight),
// and seconds since the line before (ltrace -r).
#pragma once

#include "tools/importers/frame/text_cursor.h"

namespace heapreel::importers {

// Takes `12.345678` or `12` as nanoseconds; digits beyond the ninth are dropped. False if it does not fit.
bool take_seconds(TextCursor& cursor, uint64_t& ns);

// Takes `23:59:59.5` as nanoseconds since midnight.
bool take_time_of_day(TextCursor& cursor, uint64_t& ns);

class WallClock {
 public:
  // Takes a time of any of the three kinds, if one stands there: `ns` then counts from wherever the source counts.
  bool take(TextCursor& cursor, uint64_t& ns);

 private:
  uint64_t day_ = 0;   // of times of day: the midnight before the last one
  uint64_t last_ = 0;  // time of day, or sum of the steps so far
};

}  // namespace heapreel::importers
