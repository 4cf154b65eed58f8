// What a workload is: its name, what it simulates and why so, its parameters, and the function that puts its actors on
// the stage. Each has a file of its own; workload_table.cc lists them.
#pragma once

#include <memory>

#include "tools/workloads/parameters.h"
#include "tools/workloads/stage/stage.h"

namespace heapreel::workloads {

// How large and by what chance. `scale` multiplies what is alive at once (connections, keys, documents).
struct Setting {
  Parameters parameters;
  uint32_t threads = 1;
  uint64_t seed = 1;
  double scale = 1;
  std::string_view argument{};  // what stands behind the colon of the name, for those that take one

  // A count of living things, scaled; at least 1.
  uint64_t scaled(std::string_view name) const;
};

// The state that a workload's actors share. Lives as long as its stage.
class Workload {
 public:
  virtual ~Workload() = default;
  // Puts the program's first thread on the stage, which may add others.
  virtual void begin(Stage& stage) = 0;
};

struct WorkloadSpec {
  std::string_view name;
  std::string_view summary;      // one line
  std::string_view description;  // what happens in it, and where its sizes, lifetimes and rates come from
  std::vector<ParameterSpec> parameters;
  uint64_t events = 1'000'000;  // as many as it takes to show what it is about
  uint32_t threads = 1;         // default
  uint32_t threads_least = 1;
  uint32_t threads_most = 1024;
  std::string_view argument{};  // its name goes on with ":ARGUMENT"; empty for most
  base::Result<std::unique_ptr<Workload>> (*make)(const Setting& setting) = nullptr;
};

// In the order `generate --list` shows them.
std::span<const WorkloadSpec* const> workload_table();

// `name` may carry an argument. The error of an unknown one lists the near ones.
base::Result<const WorkloadSpec*> find_workload(std::string_view name);

}  // namespace heapreel::workloads
