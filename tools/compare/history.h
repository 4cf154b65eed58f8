// Results kept by commit in a folder, and how their figures went: for a page's trend, and as a base to compare with.
//
// One file for each commit, NUMBER-COMMIT.json, in the order they were kept; a commit that is kept again takes the
// place of the file it had. Files are results.json as they were; nothing else in the folder is touched.
#pragma once

#include <string>
#include <vector>

#include "replayer/lab/results_read.h"

namespace heapreel::compare {

struct Kept {
  uint64_t number = 0;
  std::string commit{};
  std::string path{};
};

class History {
 public:
  // An empty history where the folder does not exist.
  static base::Result<History> open(const std::string& folder);

  const std::vector<Kept>& kept() const { return kept_; }  // oldest first
  // The latest that is not of `commit`.
  const Kept* latest_before(const std::string& commit) const;
  // Makes the folder if need be.
  base::Status keep(const std::string& commit, const std::string& results_json);
  // {"points":[...],"series":[...]}, of the first reel of each file, at most the last `points_max`.
  base::Result<std::string> trend_json(size_t points_max = 200) const;

 private:
  explicit History(std::string folder) : folder_(std::move(folder)) {}
  std::string folder_;
  std::vector<Kept> kept_;
};

// --commit, else GITHUB_SHA or CI_COMMIT_SHA, else what git says of the working folder; shortened.
base::Result<std::string> commit_name(const std::string& asked);

}  // namespace heapreel::compare
