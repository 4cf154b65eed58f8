// From what the user names to allocators that can be run: runners, libraries and settings, each checked before any run.
//
// HEAPREEL_RUNNERS names the folder of the runners, if set; else they stand beside the binary that runs, in
// ../lib/heapreel. Which library a runner is linked with, the loader itself is asked. That the library is in use in the
// end, each run proves again (identity, board_format.h).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "replayer/lab/run.h"

namespace heapreel::lab {

inline constexpr std::string_view kRunnersVariable = "HEAPREEL_RUNNERS";

// The distribution's allocators that runners are linked with.
struct KnownAllocator {
  std::string_view name;
  std::string_view library;  // how the file name of its library begins; empty: libc
  std::string_view package;  // of Debian and Ubuntu
};
const std::vector<KnownAllocator>& known_allocators();

// "glibc", "jemalloc"... or "NAME=/path/lib.so".
base::Result<AllocatorChoice> find_allocator(const std::string& named);

// "null", "bump", "pool": the runner's own.
base::Result<AllocatorChoice> built_in(const std::string& name);

// Several names, with commas between. Names must differ. Without any: all known ones that are found.
base::Result<std::vector<AllocatorChoice>> find_allocators(const std::string& list);

// "NAME:VAR=VALUE" or, for all of them, "VAR=VALUE".
base::Status apply_setting(std::vector<AllocatorChoice>& allocators, const std::string& setting);

}  // namespace heapreel::lab
