// The folder that keeps plans: looking one up, putting one in, making room.
//
// Whoever uses a plan holds a shared lock (flock) on its file, which lasts as long as its descriptor; only a plan that
// can be locked exclusively is removed for room, and never one that is just being written (another name).
#pragma once

#include <string>

#include "replayer/plan/plan_output.h"

namespace heapreel::plan {

class PlanStore {
 public:
  // The user's folder: $XDG_CACHE_HOME/heapreel/plans or ~/.cache/heapreel/plans. Empty if neither is known.
  static std::string default_folder();
  // Opens a folder, and makes it, private, where there is none.
  static base::Result<PlanStore> open(const std::string& folder);

  std::string path_of(const std::string& key) const;
  // The plan of this key, locked, its time of use renewed; not valid if there is none.
  base::Fd find(const std::string& key) const;
  // Removes plans not used for longest until `bytes` more fit below the limit. Whether they do.
  bool make_room(uint64_t bytes, uint64_t bytes_max) const;
  // 8 GiB or a tenth of the file system, whichever is less.
  uint64_t bytes_max_by_system() const;

 private:
  explicit PlanStore(std::string folder) : folder_(std::move(folder)) {}

  std::string folder_;
};

// A shared lock, for as long as the descriptor is open.
void hold(const base::Fd& plan);

// The limit that HEAPREEL_CACHE_MAX gives ("512M", "0"), or `otherwise` if it is not set.
base::Result<uint64_t> cache_max_from_environment(uint64_t otherwise);

}  // namespace heapreel::plan
