// From where on something is told, and where each figure comes from. docs/advice.md says the same in a table.
#pragma once

#include <cstdint>

namespace heapreel::advice {

inline constexpr double kMiB = 1 << 20;
inline constexpr double kGiB = 1 << 30;

// A futex call and the switch it leads to take 2 to 5 us. One in a thousand calls is then as much as 2 to 5 ns a call,
// a tenth to a quarter of what a call takes with contention.
inline constexpr double kSwitchesPerThousandCalls = 1;

// From a tenth of all frees on, an allocator's cost of taking a block back from another thread shows in its mean: 2 to
// 3 times a local free with those that do it dearly.
inline constexpr double kRemoteShare = 0.10;

// After the peak: a quarter of the peak's resident memory, as much as usually lies between two allocators.
inline constexpr double kHeldShare = 0.25;
inline constexpr double kHeldBytes = 16 * kMiB;
inline constexpr double kLiveAfterPeak = 0.5;  // live bytes by then, of their peak
// Shorter than mimalloc's and jemalloc's own delays (some 0.1 s, and 10 s) nothing can have been given back by time.
inline constexpr double kHeldForS = 1;

// Memory in huge pages beyond live bytes. 8 MiB are four huge pages: less is chance.
inline constexpr double kHugeWasteShare = 0.25;
inline constexpr double kHugeWasteBytes = 8 * kMiB;

// glibc maps a request of 128 KiB or more by itself, until a first free of one raises that threshold, and gives the top
// of its heap back from 128 KiB on (mallopt(3)). Without that, memory is fetched little more than once: four times the
// peak is no chance. 10,000 faults are 20 to 50 ms.
inline constexpr uint64_t kLargeBytes = 128 << 10;
inline constexpr double kFaultsMore = 10'000;
inline constexpr double kFaultsToOthers = 2;  // times those of the best other
inline constexpr double kFetchedTimes = 4;
// What a fault costs in a replay and in a program, measured (docs/methodology.md).
inline constexpr double kFaultLowNs = 2000;
inline constexpr double kFaultHighNs = 5000;

// Doubling copies each byte once at most, growing by half twice; a block that grows step by step copies half the
// number of its steps. Eight times is beyond any rule of growth.
inline constexpr uint64_t kLongChain = 16;
inline constexpr double kCopiesPerByte = 8;
inline constexpr double kCopiedBytes = 64 * kMiB;  // some 10 ms of copying: less does not matter

// Two objects of 64 bytes or less can share a line of 64 bytes.
inline constexpr uint64_t kLineBytes = 64;
inline constexpr double kSharedLines = 10'000;  // objects

// A change of the program's own code for less than a twentieth of its processor time is rarely worth its upkeep.
inline constexpr double kPoolShare = 0.05;
inline constexpr double kPoolOverBest = 0.7;  // a pool's net time by the best allocator's: else the allocator will do

// Headers and rounding of a block of up to 64 bytes are a quarter or more of it.
inline constexpr double kSmallShare = 0.5;  // of all bytes asked for
inline constexpr double kSmallOverhead = 1.25;
inline constexpr double kSmallRssBytes = 16 * kMiB;

// Of what is born between a fifth and nine tenths of the record, in seven equal parts: warm-up and work in flight lie
// outside. Steady: no part has less than a quarter of the mean.
inline constexpr double kLeakBytes = 1 * kMiB;
inline constexpr double kLeakOfPeak = 0.05;  // of live bytes
inline constexpr double kLeakSteady = 0.25;
inline constexpr double kLeakForS = 1;  // of recorded time

inline constexpr double kNodeBytes[] = {1 * kGiB, 4 * kGiB, 16 * kGiB};
inline constexpr double kProcessBytes = 16 * kMiB;  // smaller ones are not what fills a node
inline constexpr double kMoreProcesses = 1.05;

}  // namespace heapreel::advice
