// The options that all commands share that replay: `replay` itself, and `predict`.
#pragma once

#include <vector>

#include "replayer/lab/experiment.h"
#include "tools/cli/arguments.h"

namespace heapreel::commands {

// What is replayed and how; output and the like are each command's own.
std::vector<cli::FlagSpec> replay_flags();

// Those of --allocators, with the settings of --set.
base::Result<std::vector<lab::AllocatorChoice>> chosen_allocators(const cli::Arguments& arguments);

// The clock of --quick starts here.
base::Result<lab::ExperimentOptions> experiment_options(const cli::Arguments& arguments);

}  // namespace heapreel::commands
