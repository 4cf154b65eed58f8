// The recorder's library: it is there, made for this machine, and speaks up when a program is started with it.
#include <array>
#include <cstdlib>
#include <filesystem>

#include "recorder/collector/clock.h"
#include "recorder/collector/launcher.h"
#include "recorder/target/find_shim.h"
#include "tools/commands/doctor.h"
#include "tools/commands/record.h"

namespace heapreel::commands {
namespace {

using target::Finding;
using target::Level;

namespace fs = std::filesystem;

// A folder that goes with what is in it.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::error_code ignored;
    std::string pattern = (fs::temp_directory_path(ignored) / "heapreel_doctor_XXXXXX").string();
    if (mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Records a program that does nothing.
Finding hello_of(const std::string& shim) {
  constexpr uint32_t kChunks = 16;
  const ScratchFolder folder;
  if (folder.path().empty())
    return {Level::kNote, "recording", "not tried: no folder can be made for it", "set TMPDIR to one you can write to"};
  collector::RecordOptions options;
  options.output = folder.path() + "/hello.reel";
  options.pool_chunks = kChunks;
  options.pool.clock = collector::tsc_is_trusted() ? ring::ClockSource::kTsc : ring::ClockSource::kMonotonicRaw;
  options.command = {"true"};
  const auto result = collector::launch(options, shim, own_environment(), {});
  if (!result)
    return {Level::kRefuse, "recording", result.error().what + ": " + result.error().why, result.error().hint};
  if (!result->greeted)
    return {Level::kRefuse, "recording", "a program that is started with the library is not heard of",
            "is LD_PRELOAD ignored or replaced here? The library must be heapreel's own: " + shim};
  std::error_code ignored;
  if (!fs::exists(options.output, ignored))
    return {Level::kRefuse, "recording", "a program that does nothing left no reel",
            "run `heapreel record true` to see"};
  return {Level::kOk, "recording", "a program that does nothing was recorded", ""};
}

}  // namespace

target::Findings findings_of_shim() {
  const auto shim = target::find_shim();
  if (!shim) return {{Level::kRefuse, "library", shim.error().why, shim.error().hint}};
  return {{Level::kOk, "library", *shim, ""}, hello_of(*shim)};
}

}  // namespace heapreel::commands
