#include "tools/importers/tracers/wall_clock.h"

namespace heapreel::importers {
namespace {

constexpr uint64_t kNsPerSecond = 1'000'000'000;
constexpr uint64_t kNsPerDay = uint64_t{24} * 3600 * kNsPerSecond;
constexpr uint64_t kSecondsMax = ~uint64_t{0} / kNsPerSecond - 1;
// A process that lives for a year prints steps below this; times since 1970 were above it before any tracer existed.
constexpr uint64_t kStepMax = uint64_t{100'000'000} * kNsPerSecond;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// `.25`, if it stands there.
uint64_t take_fraction(TextCursor& cursor) {
  if (cursor.rest().size() < 2 || cursor.rest()[0] != '.' || !is_digit(cursor.rest()[1])) return 0;
  cursor.take('.');
  uint64_t ns = 0;
  uint64_t unit = kNsPerSecond / 10;
  for (; !cursor.at_end() && is_digit(cursor.rest().front()); unit /= 10) {
    ns += static_cast<uint64_t>(cursor.rest().front() - '0') * unit;
    cursor.take(cursor.rest().front());
  }
  return ns;
}

bool take_two_digits(TextCursor& cursor, uint64_t limit, uint64_t& value) {
  return cursor.rest().size() >= 2 && is_digit(cursor.rest()[1]) && cursor.take_number(value) && value < limit;
}

}  // namespace

bool take_seconds(TextCursor& cursor, uint64_t& ns) {
  TextCursor ahead = cursor;
  uint64_t seconds = 0;
  if (!ahead.take_number(seconds) || seconds > kSecondsMax) return false;
  ns = seconds * kNsPerSecond + take_fraction(ahead);
  cursor = ahead;
  return true;
}

bool take_time_of_day(TextCursor& cursor, uint64_t& ns) {
  TextCursor ahead = cursor;
  uint64_t hours = 0;
  uint64_t minutes = 0;
  uint64_t seconds = 0;
  if (!take_two_digits(ahead, 24, hours) || !ahead.take(':') || !take_two_digits(ahead, 60, minutes) ||
      !ahead.take(':') || !take_two_digits(ahead, 61, seconds))
    return false;
  ns = ((hours * 60 + minutes) * 60 + seconds) * kNsPerSecond + take_fraction(ahead);
  cursor = ahead;
  return true;
}

bool WallClock::take(TextCursor& cursor, uint64_t& ns) {
  TextCursor ahead = cursor;
  if (take_time_of_day(ahead, ns)) {
    if (ns < last_ && last_ - ns > kNsPerDay / 2) day_ += kNsPerDay;
    last_ = ns;
    ns += day_;
  } else if (take_seconds(ahead, ns)) {
    if (ns < kStepMax) ns = last_ = last_ + ns;
  } else {
    return false;
  }
  cursor = ahead;
  return true;
}

}  // namespace heapreel::importers
