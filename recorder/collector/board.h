// What the collector shows of its work: a page it shares with the launcher, which prints it, and with whoever asks.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

namespace heapreel::collector {

struct Board {
  std::atomic<uint64_t> events;
  std::atomic<uint64_t> bytes;  // written
  std::atomic<uint64_t> lost;
  std::atomic<uint64_t> live_bytes;      // what they have allocated and not freed, about, now
  std::atomic<uint64_t> rss_bytes;       // anonymous memory of all recorded processes, now
  std::atomic<uint64_t> rss_bytes_peak;  // of the process that had the most
  std::atomic<uint64_t> duration_ns;     // of the longest sealed reel
  std::atomic<uint64_t> threads;
  std::atomic<uint32_t> processes;  // seen so far
  std::atomic<uint32_t> running;    // recorded ones that live
  std::atomic<uint32_t> reels;      // sealed so far
  std::atomic<uint32_t> greeted;    // 1: a process has mapped the pool
  std::atomic<uint32_t>
      settled;                  // 1: the command has ended, and every reel is whole but those of processes that live on
  std::atomic<uint32_t> clean;  // 1: the collector ends of its own will
  std::atomic<uint32_t> limited;  // 1: a limit was reached
  std::array<char, 4096> first_path;
  std::array<char, 1024> trouble;  // what went wrong, for a person; empty if nothing
};

}  // namespace heapreel::collector
