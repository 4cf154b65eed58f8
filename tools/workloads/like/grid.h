// The public scales that a model speaks in where it does not speak exactly: sizes and lifetimes in steps.
//
// Nothing here depends on a record: a value of a scale tells nothing of any program. Sizes: every 8 bytes up to 128,
// then 8 steps an octave, which is how most allocators space their size classes. Lifetimes (in events): each up to 8,
// then 4 steps an octave.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>

namespace heapreel::like {

inline constexpr unsigned kStepsPerOctaveLog2 = 3;
inline constexpr unsigned kFineSizeLog2 = 7;  // up to here sizes go by 8
inline constexpr uint64_t kFineStep = 8;
inline constexpr unsigned kFineSteps = (1U << kFineSizeLog2) / kFineStep;
inline constexpr uint64_t kSizeMost = uint64_t{1} << 62;

// Point i of the size scale. The first is 0.
inline uint64_t size_at(unsigned step) {
  if (step <= kFineSteps) return step * kFineStep;
  const unsigned above = step - kFineSteps - 1;
  const uint64_t octave = uint64_t{1} << (kFineSizeLog2 + (above >> kStepsPerOctaveLog2));
  return octave + (octave >> kStepsPerOctaveLog2) * ((above & ((1U << kStepsPerOctaveLog2) - 1)) + 1);
}

// The least step whose point is no smaller.
inline unsigned size_step(uint64_t size) {
  const uint64_t bounded = std::min(size, kSizeMost);
  if (bounded <= uint64_t{1} << kFineSizeLog2) return static_cast<unsigned>((bounded + kFineStep - 1) / kFineStep);
  const auto octave = static_cast<unsigned>(std::bit_width(bounded - 1)) - 1;
  const uint64_t within = bounded - 1 - (uint64_t{1} << octave);
  return kFineSteps + 1 + ((octave - kFineSizeLog2) << kStepsPerOctaveLog2) +
         static_cast<unsigned>(within >> (octave - kStepsPerOctaveLog2));
}

inline constexpr unsigned kExactLives = 8;
inline constexpr unsigned kLifeStepLast = 0xef;  // all that 64 bits can tell

// The shortest lifetime of a step.
inline uint64_t life_at(unsigned step) {
  if (step < kExactLives) return step;
  const unsigned above = step - kExactLives;
  return (uint64_t{4} + (above & 3)) << (1 + above / 4);
}

inline unsigned life_step(uint64_t events) {
  if (events < kExactLives) return static_cast<unsigned>(events);
  const auto octave = static_cast<unsigned>(std::bit_width(events)) - 1;
  return kExactLives + (octave - 3) * 4 + static_cast<unsigned>((events >> (octave - 2)) & 3);
}

}  // namespace heapreel::like
