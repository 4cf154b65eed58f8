// The portrait of a workload: what a program asks of its allocator, as distributions. Plain values; portray.h makes
// them.
//
// An object is a block from the call that returned it to the call that took it: a realloc ends one and begins another.
// Times are recorded, in nanoseconds, from the reel's first event on. Everything here is of bounded size, whatever the
// reel: histograms have bins between the least and the greatest value met, threads beyond the busiest are told
// together.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace heapreel::reel {

inline constexpr size_t kPortraitThreads = 32;    // told one by one
inline constexpr size_t kPortraitRateBins = 200;  // at most
inline constexpr size_t kPortraitGrid = 40;       // rows of sizes, and columns of lifetimes, at most

struct SizeBin {
  uint64_t max_bytes = 0;  // the greatest size in it
  uint64_t births = 0;
  uint64_t bytes = 0;         // asked for by them
  uint64_t remote_frees = 0;  // of them: frees by another thread than the one that allocated
};

struct LifetimeBin {
  uint64_t max_ns = 0;
  uint64_t objects = 0;
  uint64_t bytes = 0;
};

// How many objects of a size lived for how long.
struct SizeByLifetime {
  std::vector<uint64_t> size_max_bytes{};
  std::vector<uint64_t> lifetime_max_ns{};
  std::vector<std::vector<uint64_t>> objects{};  // a row for each size; one column more than lifetimes: never freed
};

struct ThreadPortrait {
  std::optional<uint32_t> thread{};  // its serial; nothing: all that are not told one by one
  uint64_t threads = 1;
  std::string name{};
  uint64_t births = 0;
  uint64_t bytes = 0;
  uint64_t frees = 0;         // of blocks the reel knows
  uint64_t remote_frees = 0;  // of those: of another thread's blocks
  uint64_t first_ns = 0;      // of its calls
  uint64_t last_ns = 0;
  std::vector<uint64_t> calls{};  // in each bin of time
};

// Objects that took `length_max` reallocs at most, and more than half as many, from their first birth to their end.
struct ReallocChains {
  uint64_t length_max = 0;  // a power of two
  uint64_t objects = 0;
  uint64_t bytes_could_copy = 0;  // by their reallocs
  uint64_t final_bytes = 0;       // their sizes at the end
};

// Reallocs that took a block the reel knows and returned one.
struct ReallocPortrait {
  uint64_t calls = 0;
  uint64_t grow = 0, shrink = 0, same = 0;
  uint64_t moved = 0;             // as recorded; what the recorded allocator did
  uint64_t bytes_could_copy = 0;  // the smaller of both sizes, summed: what is copied if all of them move
  uint64_t chain_length_max = 0;
  std::vector<ReallocChains> chains{};
};

// What was never freed, by the bin of time in which it was allocated.
struct NeverFreed {
  uint64_t objects = 0;
  uint64_t bytes = 0;
  std::vector<uint64_t> objects_by_birth{};
  std::vector<uint64_t> bytes_by_birth{};
};

struct Portrait {
  uint64_t duration_ns = 0;  // from the first to the last event
  std::vector<SizeBin> sizes{};
  std::vector<LifetimeBin> lifetimes{};  // of objects that ended
  NeverFreed never_freed{};
  SizeByLifetime size_by_lifetime{};
  std::vector<ThreadPortrait> threads{};  // the busiest first, all others together last
  uint64_t rate_bin_ns = 0;
  uint64_t rate_bins = 0;
  std::vector<std::vector<uint64_t>> frees_by_thread{};  // [who allocated][who freed], in the order of `threads`
  ReallocPortrait reallocs{};
  std::map<std::string, uint64_t> calls{};  // by kind
};

}  // namespace heapreel::reel
