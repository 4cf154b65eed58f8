// Gate 4 of a replay, what it predicts, and what the reel says of the program: its runs held against what the reel says
// of the program.
#pragma once

#include "replayer/predict/collector.h"
#include "replayer/predict/feedback.h"
#include "trace_format/store/metadata.h"

namespace heapreel::lab {
struct Results;
}

namespace heapreel::commands {

// What two recordings of the command have in common, where there are two.
struct Loads {
  predict::LoadFigures first{};
  std::optional<predict::LoadFigures> again{};
};

// `collector` has seen the runs that `results` came of. Fails only on a reel whose metadata contradict themselves.
base::Status add_self_check(const std::string& path, const reel::ReelMetadata& metadata,
                            const predict::Collector& collector, const Loads& loads, lab::Results& results);

}  // namespace heapreel::commands
