// The lines of events_csv.h.
#include "tools/exporters/events_csv.h"

#include <charconv>
#include <string>

#include "trace_format/base/ticks.h"
#include "trace_format/event/flag_names.h"

namespace heapreel::exporters {
namespace {

constexpr size_t kWriteBytes = size_t{64} << 10;
constexpr size_t kDigitsMax = 20;

void put_number(std::string& text, uint64_t value) {
  char digits[kDigitsMax];
  text.append(digits, std::to_chars(digits, digits + kDigitsMax, value).ptr);
}

void put_cell(std::string& text, uint64_t value) {
  text += ',';
  put_number(text, value);
}

void put_flags(std::string& text, uint8_t flags) {
  text += ',';
  bool first = true;
  for (size_t bit = 0; bit < reel::kFlagNames.size(); ++bit) {
    if ((flags >> bit & 1) == 0) continue;
    if (!first) text += '|';
    text += reel::kFlagNames[bit];
    first = false;
  }
}

void put_line(std::string& text, const reel::Event& event, uint64_t seq, const EventsCsvOptions& options) {
  put_number(text, seq);
  if (options.times) put_cell(text, base::ticks_to_ns(event.time, options.ticks_per_second));
  put_cell(text, event.thread);
  text += ',';
  text += reel::traits(event.op).name;
  put_cell(text, event.size);
  put_cell(text, event.align_log2 == 0 ? 0 : uint64_t{1} << event.align_log2);
  put_cell(text, event.object);
  put_cell(text, event.old_object);
  put_flags(text, event.flags);
  if (options.times) put_cell(text, base::ticks_to_ns(event.duration, options.ticks_per_second));
  text += '\n';
}

}  // namespace

base::Result<uint64_t> export_events_csv(reel::EventStream& stream, const EventsCsvOptions& options, TextSink& sink) {
  std::string text = options.times ? "seq,t_ns,thread,op,size,align,object,old_object,flags,duration_ns\n"
                                   : "seq,thread,op,size,align,object,old_object,flags\n";
  reel::EventBatch batch;
  uint64_t done = 0;
  for (;;) {
    const auto more = stream.next(batch);
    if (!more) return base::fail(more.error());
    if (!*more || !sink.wanted()) break;
    uint64_t seq = batch.first_event;
    for (const reel::Event& event : batch.events) {
      put_line(text, event, seq++, options);
      if (text.size() < kWriteBytes) continue;
      HEAPREEL_TRY(sink.write(text));
      text.clear();
    }
    done += batch.events.size();
    if (options.on_progress) options.on_progress(done);
  }
  HEAPREEL_TRY(sink.write(text));
  return done;
}

}  // namespace heapreel::exporters
