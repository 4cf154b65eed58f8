// Runs something hostile and demands that it stays within bounds of memory and time.
#pragma once

#include <chrono>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "tests/trace_format/memory_file.h"
#include "tests/trace_format/soundness.h"

namespace heapreel::tests {

inline constexpr uint64_t kHostileBytesMax = uint64_t{1} << 30;
inline constexpr auto kHostileTimeMax = std::chrono::seconds(20);

inline uint64_t rss_bytes_peak() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<uint64_t>(usage.ru_maxrss) * 1024;
}

template <class Body>
auto bounded(const Body& body) {
  const auto begin = std::chrono::steady_clock::now();
  const uint64_t bytes_before = rss_bytes_peak();
  auto result = body();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, kHostileTimeMax);
  EXPECT_LT(rss_bytes_peak() - bytes_before, kHostileBytesMax);
  return result;
}

inline Verdict bounded_verdict(base::Bytes bytes) {
  return bounded([&] {
    const MemoryFile file(bytes);
    return verdict_of(file.path());
  });
}

}  // namespace heapreel::tests
