// The passes of summary.h: over a stream, one batch at a time; over a packed reel, a worker for each block.
#include "trace_format/summary/summary.h"

#include "trace_format/resolve/packed_stream.h"
#include "trace_format/summary/tally.h"

namespace heapreel::reel {
namespace {

// Digests the blocks of a packed stream where they are decoded.
class ParallelDigests final : public BlockWork {
 public:
  std::shared_ptr<void> work(const EventBatch& batch) override {
    thread_local Digester digester;
    auto digest = std::make_shared<Digest>();
    digester.digest(batch, *digest);
    return digest;
  }
};

}  // namespace

base::Result<Summary> summarize(EventStream& stream, const SummaryOptions& options) {
  Tally tally;
  Digester digester;
  Digest digest;
  EventBatch batch;
  for (;;) {
    const auto more = stream.next(batch);
    if (!more) return base::fail(more.error());
    if (!*more) return tally.finish(stream.notes(), options);
    if (batch.work) {
      tally.add(*static_cast<const Digest*>(batch.work.get()), &batch, options);
      continue;
    }
    digester.digest(batch, digest);
    tally.add(digest, &batch, options);
  }
}

base::Result<Summary> summarize(const ReelFile& file, base::WorkerPool& pool, const SummaryOptions& options) {
  ParallelDigests digests;
  auto stream = open_events(file, pool, {.work = &digests});
  if (!stream) return base::fail(std::move(stream).error());
  return summarize(**stream, options);
}

}  // namespace heapreel::reel
