#include "recorder/stacks/unwinder.h"

#include <dlfcn.h>
#include <errno.h>

namespace heapreel::stacks {
namespace {

// The first place of `caller`, or `found` if the unwinder did not see it.
uint32_t place_of(uint64_t caller, const uint64_t* frames, uint32_t found) {
  uint32_t place = 0;
  while (place < found && frames[place] != caller) ++place;
  return place;
}

}  // namespace

bool Unwinder::load() {
  // RTLD_LOCAL: it exports a `backtrace` of its own, which must not take the place of libc's.
  void* const library = dlopen("libunwind.so.8", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return false;
  backtrace_ = reinterpret_cast<Backtrace>(dlsym(library, "unw_backtrace"));
  if (backtrace_ == nullptr) return false;
  void* first[2];
  backtrace_(first, 2);
  return true;
}

uint32_t Unwinder::unwind(uint64_t caller, uint32_t depth_max, uint64_t* frames) const {
  const int errno_before = errno;
  const int answer = backtrace_(reinterpret_cast<void**>(frames), static_cast<int>(depth_max + kOwnFramesMax));
  errno = errno_before;
  const auto found = static_cast<uint32_t>(answer < 0 ? 0 : answer);
  const uint32_t first = place_of(caller, frames, found);
  if (first == found) {
    frames[0] = caller;
    return 1;
  }
  const uint32_t depth = found - first < depth_max ? found - first : depth_max;
  for (uint32_t i = 0; i < depth; ++i) frames[i] = frames[first + i];
  return depth;
}

}  // namespace heapreel::stacks
