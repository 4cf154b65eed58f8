// What a recorded program used over time, as points, and to and from the metadata messages that keep it.
//
// Writer and reader of MemorySamples and Residency (wire/reel.proto) side by side. Reading is total: messages whose
// lists disagree, or whose sums leave 64 bits, are errors. Absent: any meaning; the recorder measures, others compare.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "trace_format/base/result.h"
#include "trace_format/wire/reel.pb.h"

namespace heapreel::reel {

// Everything that was known at one time.
struct MemoryPoint {
  uint64_t time = 0;
  uint64_t rss_anon_bytes = 0;
  uint64_t non_malloc_bytes = 0;  // only where `non_malloc_known`
  uint64_t minor_faults = 0;
  uint64_t major_faults = 0;
  uint64_t user_ns = 0;
  uint64_t system_ns = 0;
  uint64_t rss_file_bytes = 0;
  uint64_t rss_shmem_bytes = 0;
  uint64_t anon_huge_bytes = 0;
  uint64_t lazy_free_bytes = 0;
  uint64_t swap_bytes = 0;
  bool non_malloc_known = false;  // a whole stretch has it or has it not
};

enum class Occasion : uint8_t { kByTime, kAtFree, kAtRealloc, kAtExit };

struct ResidencyNote {
  uint64_t time = 0;
  uint64_t block = 0;  // address (capture form) or object number (packed form)
  uint64_t touched_pages = 0;
  Occasion occasion = Occasion::kByTime;
};

// One stretch. Times rise; non_malloc is written if the first point knows it, and then all points must.
proto::MemorySamples encode_memory(std::span<const MemoryPoint> points);
proto::Residency encode_residency(std::span<const ResidencyNote> notes);

base::Result<std::vector<MemoryPoint>> decode_memory(const proto::MemorySamples& message);
base::Result<std::vector<ResidencyNote>> decode_residency(const proto::Residency& message);

// All stretches of a reel, in order of time.
base::Result<std::vector<MemoryPoint>> memory_curve(const proto::Metadata& metadata);
base::Result<std::vector<ResidencyNote>> residency_notes(const proto::Metadata& metadata);

// The greatest RssAnon and its mean over time, each point standing for the stretch up to the next.
struct RssFigures {
  uint64_t peak_bytes = 0;
  uint64_t mean_bytes = 0;
};
RssFigures rss_figures(std::span<const MemoryPoint> points);

}  // namespace heapreel::reel
