// Gate 2's run: the reference allocator's replay under our own recorder, into a file that is gone afterwards.
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>

#include "replayer/lab/passes.h"

namespace heapreel::lab {
namespace {

namespace fs = std::filesystem;

// A folder of our own for one file; removed with it.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::error_code fault;
    std::string made = (fs::temp_directory_path(fault) / "heapreel-XXXXXX").string();
    if (!fault && ::mkdtemp(made.data()) != nullptr) path_ = made;
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder() {
    std::error_code fault;
    if (!path_.empty()) fs::remove_all(path_, fault);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace

base::Result<Gate> Passes::rerecord() {
  if (options_.own_binary.empty()) return skipped(2, "there is no recorder to do it with");
  if (calls_ > kRerecordedCallsMax)
    return skipped(2, fmt::format("more than {} M calls", kRerecordedCallsMax / 1'000'000));
  if (options_.quick && calls_ > kRerecordedCallsMax / 20) return skipped(2, "a quick answer has no time for it");
  Row& reference = rows_.reference_row();
  if (!reference.alive()) return skipped(2, "the reference allocator failed");
  const ScratchFolder folder;
  if (folder.path().empty()) return base::fail(base::system_error("cannot make a folder for temporary files", errno));
  const std::string reel = folder.path() + "/replay.reel";
  tell(measure::Pass::kRecord, 0, 1);
  RunRequest request = request_for(reference, measure::Pass::kRecord);
  request.wrapper = {options_.own_binary, "record", "--quiet", "--force", "-o", reel, "--"};
  const auto outcome = run_once(request);
  if (!outcome) return base::fail(outcome.error());
  if (!outcome->good())
    return Gate{.number = 2,
                .name = "re-record",
                .state = GateState::kFail,
                .text = fmt::format("the replay under the recorder {}", outcome->failure),
                .figures = {}};
  const auto report = compare_with_plan(reel, map_, stop_at_seq_);
  if (!report) return base::fail(report.error());
  return rerecord_gate(*report);
}

}  // namespace heapreel::lab
