// The program's own memory over time, between the recorder's looks at it.
//
// Looks at a program's mappings are seldom (100 ms, a second and more for a program with many), and its resident memory
// is read every few milliseconds. So a look says how much of the memory is the program's own, and the readings say when
// it came:
//
//   between two looks  a rise or fall of the program's own memory follows that of the whole, where the whole moved that
//                      way, too; otherwise it is a straight line
//   behind the last    growth is shared as between the two looks before
//   too young          of memory that grew since the look before (and in kYoungNs at least), a look may take for the
//                      program's own what is the allocator's: news of the last blocks reach the recorder when their
//                      chunk is full. The next look knows better; for the last one,
//                      all growth before must do.
//
// Never more than the whole. Deliberately absent: what the replay would say of it; the self-check must not judge
// itself.
#pragma once

#include <vector>

#include "replayer/predict/curve.h"

namespace heapreel::predict {

inline constexpr uint64_t kYoungNs = 100'000'000;

// `rss` at each of its points; `looks` is the program's own memory as of each look, by time.
Curve base_curve(const Curve& rss, std::vector<CurvePoint> looks);

// Of values that repeat until the next look: the first, and each that differs from the one before.
std::vector<CurvePoint> looks_of(const std::vector<CurvePoint>& points);

}  // namespace heapreel::predict
