// The traces in tests/importers/data: FORMAT/good*, each whole and sound.
#pragma once

#include <gtest/gtest.h>
#include <string>

#include "trace_format/base/file.h"

namespace heapreel::tests {

inline std::string sample(const std::string& name) {
  const auto bytes = base::read_file(std::string(HEAPREEL_TRACE_SAMPLES) + "/" + name, 1U << 20);
  EXPECT_TRUE(bytes) << name;
  return bytes ? std::string(bytes->begin(), bytes->end()) : std::string();
}

}  // namespace heapreel::tests
