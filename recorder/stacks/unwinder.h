// The call stack by unwind tables: libunwind, loaded only when it is asked for.
//
// For programs without frame pointers. Its cached path costs about 50 ns and 4-6 ns a frame; a return address that it
// meets for the first time costs microseconds, and then it may allocate by mmap, take the loader's lock and block
// signals. The caller has its guard set: what it allocates is not the program's.
// Memory: libunwind 1.6 keeps a table of 256 KiB a thread, all of it written when the thread's first stack is taken
// (src/x86_64/Gtrace.c, HASH_MIN_BITS 14), freed when the thread ends, doubled when it fills. It has no knob at run
// time: unw_set_cache_size and unw_set_caching_policy concern another cache. So --stacks=fp is for thousands of
// threads.
#pragma once

#include <cstdint>
#include <errno.h>

namespace heapreel::stacks {

struct Unwound {
  const uint64_t* frames = nullptr;
  uint32_t depth = 0;
};

class Unwinder {
 public:
  // Room the shim's own frames may take above what is asked for.
  static constexpr uint32_t kOwnFramesMax = 8;

  // Loads the library and lets it set itself up. In the shim's constructor only: it allocates, and
  // errno is anything afterwards. False if libunwind.so.8
  // is not there or lacks the function.
  bool load();
  bool loaded() const { return backtrace_ != nullptr; }

  // Return addresses, innermost first, from `caller` on (the return address of the hook: it tells our own frames from
  // the program's). `buffer` has room for depth_max + kOwnFramesMax; the answer lies in it, 1 to `depth_max` frames.
  // Inline, because each frame of ours costs as much as one of the program's.
  [[gnu::always_inline]] Unwound unwind(uint64_t caller, uint32_t depth_max, uint64_t* buffer) const {
    const int errno_before = errno;
    const int answer = backtrace_(reinterpret_cast<void**>(buffer), static_cast<int>(depth_max + kOwnFramesMax));
    errno = errno_before;
    const auto found = static_cast<uint32_t>(answer < 0 ? 0 : answer);
    uint32_t first = 0;
    while (first < found && buffer[first] != caller) ++first;
    if (first < found)
      return {.frames = buffer + first, .depth = found - first < depth_max ? found - first : depth_max};
    buffer[0] = caller;
    return {.frames = buffer, .depth = 1};
  }

 private:
  using Backtrace = int (*)(void** buffer, int size);
  Backtrace backtrace_ = nullptr;
};

}  // namespace heapreel::stacks
