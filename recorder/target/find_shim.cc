// The path goes into LD_PRELOAD, which ends at spaces and colons: a path that holds one is an error here, not a silence
// of the loader there.
#include "recorder/target/find_shim.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <unistd.h>

#include "recorder/target/elf_file.h"

namespace heapreel::target {
namespace {

namespace fs = std::filesystem;

base::Error no_shim(std::string why, std::string hint) {
  return {.code = base::ErrorCode::kIo,
          .what = "cannot use the recorder's library",
          .why = std::move(why),
          .hint = std::move(hint)};
}

base::Result<std::string> checked(const fs::path& candidate) {
  std::error_code fault;
  const std::string path = fs::canonical(candidate, fault).string();
  if (fault) return base::fail(no_shim(fmt::format("{}: {}", candidate.string(), fault.message()), ""));
  const auto fd = base::open_for_reading(path);
  if (!fd) return base::fail(no_shim(fmt::format("{}: {}", path, fd.error().why), fd.error().hint));
  const auto elf = read_elf(*fd, path);
  const std::string again = "build or install heapreel again";
  if (!elf) return base::fail(no_shim(fmt::format("{}: {}", path, elf.error().why), again));
  if (elf->identity != own_identity())
    return base::fail(no_shim(fmt::format("{} is for {}, and this heapreel is for {}", path,
                                          identity_text(elf->identity), identity_text(own_identity())),
                              "use the library that came with this heapreel"));
  if (std::ranges::find(elf->exported, "malloc") == elf->exported.end())
    return base::fail(no_shim(fmt::format("{} defines no malloc: it is another library", path), again));
  if (path.find_first_of(" :") != std::string::npos)
    return base::fail(no_shim(fmt::format("the path '{}' holds a space or a colon, at which LD_PRELOAD ends", path),
                              "move heapreel to a path without them"));
  return path;
}

}  // namespace

base::Result<std::string> find_shim() {
  const char* named = std::getenv(std::string(kShimVariable).c_str());
  if (named != nullptr && *named != '\0') {
    auto path = checked(named);
    if (!path && path.error().hint.empty())
      path.error().hint = fmt::format("it is named by {}: correct or unset that", kShimVariable);
    return path;
  }
  std::error_code fault;
  const fs::path folder = fs::read_symlink("/proc/self/exe", fault).parent_path();
  if (fault) return base::fail(no_shim("/proc/self/exe cannot be read", "mount /proc, or set HEAPREEL_SHIM"));
  for (const char* place : {"../lib/heapreel", "../lib"}) {
    const fs::path candidate = folder / place / kShimName;
    if (fs::exists(candidate, fault)) return checked(candidate);
  }
  const std::string base = folder.parent_path().string();
  return base::fail(no_shim(fmt::format("there is no {0} in {1}/lib/heapreel or {1}/lib", kShimName, base),
                            fmt::format("install heapreel whole, or set {} to the library's path", kShimVariable)));
}

}  // namespace heapreel::target
