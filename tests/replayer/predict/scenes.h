// Made-up programs and replays with answers that can be worked out by hand.
#pragma once

#include <vector>

#include "replayer/predict/memory_figures.h"

namespace heapreel::tests {

inline constexpr uint64_t kSecond = 1'000'000'000;
inline constexpr double kMb = 1'000'000;

// A program of `seconds` whose own memory is `base` all the time, and whose resident memory is a staircase: `step` more
// at each second.
inline predict::ProgramRecord staircase_program(uint64_t seconds, double base, double step) {
  predict::ProgramRecord program;
  program.allocator = "glibc";
  program.duration_ns = seconds * kSecond;
  std::vector<predict::CurvePoint> rss;
  for (uint64_t i = 0; i < seconds; ++i) {
    const double bytes = base + step * static_cast<double>(i);
    rss.push_back({i * kSecond + (i == 0 ? 0 : 1), bytes});
    rss.push_back({(i + 1) * kSecond, bytes});
  }
  program.rss = predict::Curve(rss);
  program.non_malloc = predict::Curve({{0, base}});
  program.non_malloc_known = true;
  return program;
}

// The replay of such a program: readings at both ends of each step, `factor` times the step, over a harness.
inline predict::MemoryRun staircase_run(uint64_t seconds, double step, double factor, uint64_t harness,
                                        uint64_t own_base = 0) {
  predict::MemoryRun run;
  run.base_bytes = harness + own_base;
  const auto add = [&](uint64_t time_ns, uint64_t i) {
    run.readings.push_back({.checkpoint = run.readings.size(),
                            .time_ns = time_ns,
                            .seq = i,
                            .live_bytes = static_cast<uint64_t>(step) * i,
                            .rss_bytes = harness + own_base + static_cast<uint64_t>(step * factor) * i,
                            .cpu_ns = 0});
  };
  for (uint64_t i = 0; i < seconds; ++i) {
    add(i * kSecond + (i == 0 ? 0 : 1), i);
    add((i + 1) * kSecond, i);
  }
  return run;
}

inline predict::Scene scene_of(const predict::ProgramRecord& program, uint64_t harness, bool one_thread = true) {
  return {.program = &program, .ops = 0, .one_thread = one_thread, .checkpoints = 64, .harness_bytes = harness};
}

}  // namespace heapreel::tests
