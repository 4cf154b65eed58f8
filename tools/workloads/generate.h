// Runs a workload on a stage and writes what it calls as a packed reel.
//
// The same request gives the same content id on every machine. Memory: the stage's, and a few blocks under way.
#pragma once

#include <functional>

#include "tools/workloads/workload.h"
#include "trace_format/base/hash.h"

namespace heapreel::workloads {

struct GenerateRequest {
  std::string workload;  // its name, with its argument
  std::string output;
  bool overwrite = false;
  std::vector<std::string> parameters{};  // NAME=VALUE
  uint64_t seed = 1;
  double scale = 1;
  uint32_t threads = 0;      // 0: the workload's own
  uint64_t events = 0;       // 0: the workload's own, or all that fit into `duration_ns`
  uint64_t duration_ns = 0;  // of simulated time; 0: no limit
  std::function<void(uint64_t events)> on_progress{};
};

struct GenerateResult {
  uint64_t events = 0;
  uint64_t bytes = 0;
  uint64_t duration_ns = 0;
  uint32_t threads = 0;
  base::Sha256::Digest content_id{};
};

// A workload that is ready to run. Its stage's events can be read without any file.
struct Production {
  const WorkloadSpec* spec = nullptr;
  std::unique_ptr<Workload> workload;
  std::unique_ptr<Stage> stage;
  uint32_t threads = 0;
};

base::Result<Production> prepare(const GenerateRequest& request);

base::Result<GenerateResult> generate(const GenerateRequest& request, base::WorkerPool& pool);

}  // namespace heapreel::workloads
