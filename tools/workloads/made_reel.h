// What every reel says of itself that no program made: its head and its end. Simulated programs and clones share it.
#pragma once

#include <string_view>

#include "trace_format/pack/pack.h"
#include "trace_format/wire/reel.pb.h"

namespace heapreel::workloads {

// `origin` tells which kind of made reel it is; the seed stands in it, so that it can be made again.
reel::proto::Metadata head_of_made(std::string_view origin, uint64_t seed);

// After the events were packed with these options. Serials of threads count from 0.
reel::proto::Metadata tail_of_made(uint32_t threads, uint64_t end_ns, const reel::PackResult& packed,
                                   const reel::PackOptions& options);

}  // namespace heapreel::workloads
