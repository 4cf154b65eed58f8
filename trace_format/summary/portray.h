// Makes the portrait of a reel in one streaming pass over its events.
//
// Memory is bounded by the live set and the number of threads. A reel with more pairs of threads that free each other's
// blocks than kPairsMax (thread_tally.h) has the pairs met last among "all others".
#pragma once

#include "trace_format/resolve/event_stream.h"
#include "trace_format/store/metadata.h"
#include "trace_format/summary/portrait.h"

namespace heapreel::reel {

base::Result<Portrait> portray(EventStream& stream, uint64_t ticks_per_second);

// The same for a whole reel, with the names of its threads where it has them.
base::Result<Portrait> portray(const ReelFile& file, const ReelMetadata& metadata, base::WorkerPool& pool);

}  // namespace heapreel::reel
