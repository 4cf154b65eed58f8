// The folder of plan_store.h.
#include "replayer/plan/plan_store.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <ctime>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <string_view>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace heapreel::plan {
namespace {

constexpr std::string_view kSuffix = ".plan";
constexpr std::string_view kUnfinished = ".part";
constexpr int64_t kUnfinishedAgeSeconds = 60;  // a younger one may not be locked yet

struct Kept {
  std::string path;
  timespec used{};
  uint64_t bytes = 0;
};

bool used_before(const Kept& a, const Kept& b) {
  return a.used.tv_sec != b.used.tv_sec ? a.used.tv_sec < b.used.tv_sec : a.used.tv_nsec < b.used.tv_nsec;
}

// The plans of a folder, and what killed processes left behind.
std::vector<Kept> list(const std::string& folder) {
  std::vector<Kept> found;
  std::error_code ignored;
  for (std::filesystem::directory_iterator at(folder, ignored), end; !ignored && at != end; at.increment(ignored)) {
    const std::string name = at->path().filename().string();
    const bool unfinished = name.ends_with(kUnfinished);
    if (!unfinished && !name.ends_with(kSuffix)) continue;
    Kept kept{.path = fmt::format("{}/{}", folder, name)};
    struct stat status {};
    if (::lstat(kept.path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) continue;
    if (unfinished && status.st_mtim.tv_sec + kUnfinishedAgeSeconds > ::time(nullptr)) continue;
    kept.used = status.st_mtim;
    kept.bytes = static_cast<uint64_t>(status.st_size);
    found.push_back(std::move(kept));
  }
  return found;
}

// Removes a plan that nobody holds.
bool remove_unused(const std::string& path) {
  const base::Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  return fd.valid() && ::flock(fd.get(), LOCK_EX | LOCK_NB) == 0 && ::unlink(path.c_str()) == 0;
}

// Makes a folder and those above it.
int make_folders(const std::string& folder) {
  for (size_t slash = folder.find('/', 1);; slash = folder.find('/', slash + 1)) {
    if (::mkdir(folder.substr(0, slash).c_str(), 0700) != 0 && errno != EEXIST) return errno;
    if (slash == std::string::npos) return 0;
  }
}

}  // namespace

std::string PlanStore::default_folder() {
  const char* const cache = std::getenv("XDG_CACHE_HOME");
  if (cache != nullptr && *cache == '/') return fmt::format("{}/heapreel/plans", cache);
  const char* const home = std::getenv("HOME");
  return home != nullptr && *home == '/' ? fmt::format("{}/.cache/heapreel/plans", home) : std::string();
}

base::Result<PlanStore> PlanStore::open(const std::string& folder) {
  int error = make_folders(folder);
  if (error == 0 && ::access(folder.c_str(), R_OK | W_OK | X_OK) != 0) error = errno;
  if (error == 0) return PlanStore(folder);
  return base::fail(base::system_error(fmt::format("cannot keep plans in {}", folder), error));
}

std::string PlanStore::path_of(const std::string& key) const { return fmt::format("{}/{}{}", folder_, key, kSuffix); }

base::Fd PlanStore::find(const std::string& key) const {
  base::Fd fd(::open(path_of(key).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!fd.valid()) return fd;
  hold(fd);
  (void)::futimens(fd.get(), nullptr);
  return fd;
}

bool PlanStore::make_room(uint64_t bytes, uint64_t bytes_max) const {
  if (bytes > bytes_max) return false;
  std::vector<Kept> plans = list(folder_);
  std::sort(plans.begin(), plans.end(), used_before);
  uint64_t all = 0;
  for (const Kept& plan : plans) all += plan.bytes;
  for (const Kept& plan : plans) {
    if (all <= bytes_max - bytes) break;
    if (remove_unused(plan.path)) all -= plan.bytes;
  }
  return all <= bytes_max - bytes;
}

uint64_t PlanStore::bytes_max_by_system() const {
  constexpr uint64_t kMost = uint64_t{8} << 30;
  struct statvfs status {};
  if (::statvfs(folder_.c_str(), &status) != 0) return kMost;
  return std::min<uint64_t>(kMost, status.f_blocks / 10 * status.f_frsize);
}

void hold(const base::Fd& plan) {
  while (::flock(plan.get(), LOCK_SH) != 0 && errno == EINTR) {
  }
}

base::Result<uint64_t> cache_max_from_environment(uint64_t otherwise) {
  const char* const text = std::getenv("HEAPREEL_CACHE_MAX");
  if (text == nullptr || *text == 0) return otherwise;
  char* end = nullptr;
  errno = 0;
  const unsigned long long number = std::strtoull(text, &end, 10);
  const std::string_view unit = end;
  constexpr std::string_view kUnits = "KMGT";
  const size_t power = unit.size() == 1 ? kUnits.find(unit[0]) : std::string_view::npos;
  const unsigned shift = power == std::string_view::npos ? 0 : 10 * (static_cast<unsigned>(power) + 1);
  const bool sound = *text >= '0' && *text <= '9' && errno == 0 && (unit.empty() || shift != 0) &&
                     (number << shift) >> shift == number;
  if (sound) return number << shift;
  return base::fail({.code = base::ErrorCode::kUsage,
                     .what = fmt::format("HEAPREEL_CACHE_MAX is \"{}\"", text),
                     .why = "it is no number of bytes",
                     .hint = "give something like 512M or 2G, or 0 to keep no plans"});
}

}  // namespace heapreel::plan
