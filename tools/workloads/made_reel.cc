// The metadata of made_reel.h.
#include "tools/workloads/made_reel.h"

#include <string>

#include "trace_format/base/ticks.h"

namespace heapreel::workloads {

reel::proto::Metadata head_of_made(std::string_view origin, uint64_t seed) {
  reel::proto::Metadata head;
  head.mutable_producer()->set_name("heapreel generate");
  head.mutable_producer()->set_source_format(std::string(origin));
  head.mutable_clock()->set_source(reel::proto::Clock::SYNTHETIC);
  head.mutable_clock()->set_ticks_per_second(base::kNsPerSecond);
  head.mutable_capture()->set_time_quantum(1);
  (*head.mutable_capture()->mutable_options())["seed"] = std::to_string(seed);
  head.mutable_processes()->Add()->set_serial(1);
  return head;
}

reel::proto::Metadata tail_of_made(uint32_t threads, uint64_t end_ns, const reel::PackResult& packed,
                                   const reel::PackOptions& options) {
  reel::proto::Metadata tail;
  for (uint32_t serial = 0; serial < threads; ++serial) {
    reel::proto::Thread& thread = *tail.add_threads();
    thread.set_serial(serial);
    thread.set_process_serial(1);
  }
  reel::proto::Ending& ending = *tail.mutable_ending();
  ending.set_cause(reel::proto::Ending::FINISHED);
  ending.set_events(packed.events);
  ending.set_end(end_ns);
  ending.set_content_id(packed.content_id.data(), packed.content_id.size());
  reel::proto::Packing& packing = *tail.mutable_packing();
  packing.set_level(static_cast<uint32_t>(options.level));
  packing.set_no_time(options.times == reel::TimeKeeping::kNone);
  packing.set_time_error(packing.no_time() ? 0 : options.time_error);
  return tail;
}

}  // namespace heapreel::workloads
