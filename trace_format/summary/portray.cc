// The pass of portray.h.
#include "trace_format/summary/portray.h"

#include "trace_format/summary/portrait_tally.h"

namespace heapreel::reel {
namespace {

void name_threads(const ReelMetadata& metadata, Portrait& portrait) {
  for (ThreadPortrait& thread : portrait.threads)
    for (const proto::ThreadName& known : metadata.confidential.threads())
      if (thread.thread == known.serial()) thread.name = known.name();
}

}  // namespace

base::Result<Portrait> portray(EventStream& stream, uint64_t ticks_per_second) {
  PortraitTally tally(ticks_per_second);
  EventBatch batch;
  for (;;) {
    const auto more = stream.next(batch);
    if (!more) return base::fail(more.error());
    if (!*more) return tally.finish();
    tally.add(batch);
  }
}

base::Result<Portrait> portray(const ReelFile& file, const ReelMetadata& metadata, base::WorkerPool& pool) {
  const auto stream = open_events(file, pool);
  if (!stream) return base::fail(stream.error());
  const uint64_t ticks_per_second = metadata.shared.clock().ticks_per_second();
  auto portrait = portray(**stream, ticks_per_second == 0 ? base::kNsPerSecond : ticks_per_second);
  if (portrait) name_threads(metadata, *portrait);
  return portrait;
}

}  // namespace heapreel::reel
