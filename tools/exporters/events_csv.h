// The events of a reel as CSV, one a line in replay order. Twin: tools/importers/csv.h, which reads it back to a reel
// with the same content id.
//
//   seq,t_ns,thread,op,size,align,object,old_object,flags,duration_ns
//   0,110,1,malloc,24,0,1,0,,10
//
// `op` and `flags` are the words of `dump`, flags joined by '|'; `align` is in bytes, 0 without; 0 is no object. A reel
// without times has neither t_ns nor duration_ns. Deliberately absent: call stacks, which need more than a cell.
#pragma once

#include <functional>

#include "tools/exporters/text_sink.h"
#include "trace_format/resolve/event_stream.h"

namespace heapreel::exporters {

struct EventsCsvOptions {
  uint64_t ticks_per_second = 1'000'000'000;
  bool times = true;
  std::function<void(uint64_t events)> on_progress{};
};

// Returns how many events were written.
base::Result<uint64_t> export_events_csv(reel::EventStream& stream, const EventsCsvOptions& options, TextSink& sink);

}  // namespace heapreel::exporters
