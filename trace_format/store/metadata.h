// The merged metadata of a reel.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "trace_format/store/reel_file.h"
#include "trace_format/wire/reel.pb.h"

namespace heapreel::reel {

struct ReelMetadata {
  proto::Metadata shared;
  proto::PrivateMetadata confidential;
  std::vector<Damage> damage;  // metadata blocks that could not be read
};

// Reads and merges every metadata block. Unreadable ones are listed as damage.
base::Result<ReelMetadata> read_metadata(const ReelFile& file);

// The thread whose kernel id is its process's, or that is marked as such; nothing where the reel tells neither.
std::optional<uint32_t> main_thread_of(const ReelMetadata& metadata);

// The names of the incompatible features in `bits`, as the reel itself calls them: for the error that refuses it.
std::string feature_names(const ReelFile& file, uint64_t bits);

}  // namespace heapreel::reel
