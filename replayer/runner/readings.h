// What the kernel says of this process's memory, read without allocating.
#pragma once

#include <cstdint>

namespace heapreel::runner {

// Opens what the readings need; false if /proc cannot be read.
bool prepare_readings();

uint64_t rss_anon_bytes();
uint64_t rss_file_bytes();
uint64_t process_cpu_ns();

struct MemoryDetails {
  uint64_t lazy_free_bytes = 0;
  uint64_t huge_bytes = 0;
};
// Walks the page tables: some 10 ms a GiB, so at the end of a run only.
MemoryDetails memory_details();

}  // namespace heapreel::runner
