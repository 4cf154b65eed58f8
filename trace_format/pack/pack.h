// Turns a stream of resolved events into the blocks of a packed reel, on as many threads as the pool has.
//
// The blocks come out in order and stand alone. Memory: the stream's, plus a few blocks under way per thread.
#pragma once

#include <functional>

#include "trace_format/base/hash.h"
#include "trace_format/pack/scrub.h"
#include "trace_format/resolve/event_stream.h"
#include "trace_format/store/reel_writer.h"

namespace heapreel::reel {

enum class TimeKeeping : uint8_t {
  kExact,   // as the source has them
  kWithin,  // within PackOptions::time_error ticks
  kNone,    // order only
};

struct PackOptions {
  int level = 6;
  uint32_t block_events = 1U << 17;
  TimeKeeping times = TimeKeeping::kWithin;
  uint64_t time_error = 0;    // ticks, for kWithin; 0 becomes kExact
  uint64_t time_quantum = 1;  // ticks that every time of the source is a multiple of
  bool keep_addresses = false;
  bool scrub = false;  // of whole reels: level 1, and no addresses
  std::function<void(uint64_t events)> on_progress{};
};

// The archive form: larger blocks and the highest level. Some 20 times slower to write, no slower to read.
PackOptions archive_options();

struct PackResult {
  uint64_t events = 0;
  base::Sha256::Digest content_id{};
  uint64_t events_lost = 0;        // in blocks of the source that could not be read
  std::vector<Damage> damage;      // those blocks
  uint64_t residency_dropped = 0;  // notes of resident pages where no object lived
  ScrubReport scrubbed{};          // of PackOptions::scrub
};

// Appends the stream's events to the writer, which the caller opens and finishes.
base::Result<PackResult> pack(EventStream& stream, ReelWriter& writer, base::WorkerPool& pool,
                              const PackOptions& options);

// Packs a whole reel into a new file, with its metadata, and records where it came from.
base::Result<PackResult> pack_file(const ReelFile& from, const std::string& to, bool overwrite, base::WorkerPool& pool,
                                   PackOptions options, uint64_t time_error_ns);

}  // namespace heapreel::reel
