// The reader of heapreel/reel.h: a file, its clock, a pool and a stream, in the order in which they need each other.
#include "heapreel/reel.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "trace_format/base/ticks.h"
#include "trace_format/resolve/event_stream.h"
#include "trace_format/store/metadata.h"

namespace heapreel {

struct ReelReader::State {
  State(reel::ReelFile opened, unsigned threads) : file(std::move(opened)), pool(threads) {}

  reel::ReelFile file;
  reel::ReelMetadata metadata;
  base::WorkerPool pool;
  std::unique_ptr<reel::EventStream> stream;
};

ReelReader::ReelReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
ReelReader::ReelReader(ReelReader&&) noexcept = default;
ReelReader& ReelReader::operator=(ReelReader&&) noexcept = default;
ReelReader::~ReelReader() = default;

Result<ReelReader> ReelReader::open(const std::string& path, unsigned threads) {
  auto file = reel::ReelFile::open(path);
  if (!file) return base::fail(std::move(file).error());
  if (threads == 0) threads = std::max(std::thread::hardware_concurrency(), 1U);
  auto state = std::make_unique<State>(std::move(*file), threads);
  auto metadata = reel::read_metadata(state->file);
  if (!metadata) return base::fail(std::move(metadata).error());
  state->metadata = std::move(*metadata);
  auto stream = reel::open_events(state->file, state->pool);
  if (!stream) return base::fail(std::move(stream).error());
  state->stream = std::move(*stream);
  return ReelReader(std::move(state));
}

uint64_t ReelReader::ticks_per_second() const {
  const uint64_t declared = state_->metadata.shared.clock().ticks_per_second();
  return declared != 0 ? declared : base::kNsPerSecond;
}

uint64_t ReelReader::to_ns(uint64_t ticks) const { return base::ticks_to_ns(ticks, ticks_per_second()); }

bool ReelReader::complete() const {
  const reel::proto::Metadata& metadata = state_->metadata.shared;
  return state_->file.sealed() && damage().empty() && metadata.losses().empty() &&
         metadata.ending().cause() == reel::proto::Ending::FINISHED;
}

Result<std::span<const Event>> ReelReader::next() {
  reel::EventBatch batch;
  const auto more = state_->stream->next(batch);
  if (!more) return base::fail(more.error());
  return *more ? batch.events : std::span<const Event>{};
}

std::vector<ReelDamage> ReelReader::damage() const {
  std::vector<ReelDamage> list;
  for (const auto* damages :
       {&state_->file.damage(), &std::as_const(state_->metadata.damage), &state_->stream->notes().damage})
    for (const reel::Damage& damage : *damages) list.push_back({damage.offset, damage.events_lost, damage.what});
  return list;
}

}  // namespace heapreel
