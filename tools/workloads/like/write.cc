// The passes of write.h.
#include "tools/workloads/like/write.h"

#include "tools/workloads/made_reel.h"
#include "trace_format/base/ticks.h"

namespace heapreel::like {
namespace {

constexpr uint64_t kTimeErrorNs = 4000;  // as `pack` has it

uint64_t events_in(const reel::ReelFile& file) {
  uint64_t events = 0;
  for (const reel::BlockEntry& entry : file.blocks())
    if (entry.holds_events()) events += entry.events;
  return events;
}

// Shows every event to a sink on its way.
class ShownStream final : public reel::EventStream {
 public:
  ShownStream(reel::EventStream& stream, LifeReader& reader) : stream_(&stream), reader_(&reader) {}

  base::Result<bool> next(reel::EventBatch& batch) override {
    auto more = stream_->next(batch);
    if (more && *more)
      for (const reel::Event& event : batch.events) reader_->add(event);
    return more;
  }

 private:
  reel::EventStream* stream_;
  LifeReader* reader_;
};

// Tells how far a pass has come.
class ProgressSink final : public LifeSink {
 public:
  explicit ProgressSink(const OnProgress& on_progress) : on_progress_(&on_progress) {}
  void on_event(const reel::Event&, uint64_t position, uint64_t) override {
    constexpr uint64_t kEvery = 1U << 17;
    if (*on_progress_ && position % kEvery == 0) (*on_progress_)(position);
  }
  void on_life(const Life&) override {}

 private:
  const OnProgress* on_progress_;
};

reel::proto::Metadata head_of(const Original& original, const CloneOptions& options) {
  reel::proto::Metadata head = workloads::head_of_made("like", options.seed);
  head.mutable_machine()->set_architecture(original.architecture);
  head.mutable_machine()->set_page_bytes(original.page_bytes);
  return head;
}

}  // namespace

base::Result<Original> study(const reel::ReelFile& file, base::WorkerPool& pool, const OnProgress& on_progress) {
  const auto metadata = reel::read_metadata(file);
  if (!metadata) return base::fail(metadata.error());
  auto stream = reel::open_events(file, pool);
  if (!stream) return base::fail(std::move(stream).error());
  const uint64_t events = events_in(file);
  const uint64_t hz = metadata->shared.clock().ticks_per_second();
  ModelBuilder builder(events, hz != 0 ? hz : base::kNsPerSecond);
  PortraitPainter painter(events);
  ProgressSink progress(on_progress);
  HEAPREEL_TRY(read_lives(**stream, std::array<LifeSink*, 3>{&builder, &painter, &progress}));
  return Original{.model = builder.finish(),
                  .portrait = painter.finish(),
                  .architecture = metadata->shared.machine().architecture(),
                  .page_bytes = metadata->shared.machine().page_bytes(),
                  .events_lost = (*stream)->notes().events_lost};
}

base::Result<Written> write_events(const Original& original, const CloneOptions& options, reel::ReelWriter& writer,
                                   base::WorkerPool& pool, const OnProgress& on_progress) {
  HEAPREEL_TRY(writer.append(head_of(original, options)));
  CloneStream stream(original.model, options);
  PortraitPainter painter(options.events != 0 ? options.events : original.model.events);
  const std::array<LifeSink*, 1> sinks{&painter};
  LifeReader reader(sinks);
  ShownStream shown(stream, reader);
  reel::PackOptions packing;
  packing.times = original.model.timed ? reel::TimeKeeping::kWithin : reel::TimeKeeping::kNone;
  packing.time_error = kTimeErrorNs;
  packing.on_progress = on_progress;
  const auto packed = reel::pack(shown, writer, pool, packing);
  if (!packed) return base::fail(packed.error());
  reader.finish();
  HEAPREEL_TRY(writer.append(workloads::tail_of_made(stream.threads(), stream.end_ns(), *packed, packing)));
  return Written{.portrait = painter.finish(),
                 .events = packed->events,
                 .duration_ns = stream.end_ns(),
                 .threads = stream.threads(),
                 .content_id = packed->content_id};
}

base::Status seal(reel::ReelWriter& writer, bool is_clone) {
  reel::proto::Metadata word;
  (*word.mutable_capture()->mutable_options())["like"] = is_clone ? "clone" : "model";
  HEAPREEL_TRY(writer.append(word));
  return writer.finish();
}

}  // namespace heapreel::like
