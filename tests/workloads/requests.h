// Requests as the tests of workloads make them: nothing is written, so there is no output.
#pragma once

#include "tests/workloads/portrait.h"

namespace heapreel::tests {

inline workloads::GenerateRequest request_of(std::string workload, uint64_t seed, uint64_t events,
                                             std::vector<std::string> parameters = {}) {
  return {.workload = std::move(workload),
          .output = "",
          .parameters = std::move(parameters),
          .seed = seed,
          .events = events};
}

}  // namespace heapreel::tests
