// The packing loop of pack.h.
#include "trace_format/pack/pack.h"

#include <algorithm>
#include <bit>

#include "trace_format/base/ticks.h"
#include "trace_format/pack/block_maker.h"
#include "trace_format/pack/residency.h"
#include "trace_format/store/metadata.h"
#include "trace_format/summary/content_id.h"

namespace heapreel::reel {
namespace {

EncoderOptions encoding_of(const PackOptions& options) {
  EncoderOptions encoding{.naming = Naming::kNumber};
  if (options.times == TimeKeeping::kNone) {
    encoding.time_codec = TimeCodec::kNone;
    encoding.durations = Durations::kNone;
  } else if (options.times == TimeKeeping::kExact || options.time_error < 2) {
    encoding.time_codec = TimeCodec::kDelta;
    const uint64_t quantum = std::max<uint64_t>(options.time_quantum, 1);
    encoding.time_quantum = quantum & (~quantum + 1);  // the largest power of two that divides it
  } else {
    encoding.time_codec = TimeCodec::kCurve;
    encoding.durations = Durations::kNone;
    encoding.time_error_max = options.time_error;
    encoding.time_quantum =
        std::max<uint64_t>(std::bit_floor(options.time_error) / 2, 1);  // leaves a quarter of the error to the grid
  }
  return encoding;
}

// Cuts the stream into stretches and writes the blocks they become.
class Packer {
 public:
  Packer(ReelWriter& writer, base::WorkerPool& pool, const PackOptions& options)
      : writer_(&writer), options_(&options), maker_(pool, encoding_of(options), options.level) {}

  base::Status add(const EventBatch& batch) {
    id_.add(batch);
    uint64_t next_object = batch.first_object;
    size_t begin = 0;
    // A block has the addresses of all of its births or of none.
    if (options_->keep_addresses && !stretch_.events.empty() && stretch_.addresses.empty() != batch.addresses.empty())
      HEAPREEL_TRY(hand_in());
    while (begin < batch.events.size()) {
      if (stretch_.events.empty()) stretch_.first_object = next_object;
      const size_t room = options_->block_events - stretch_.events.size();
      const auto piece = batch.events.subspan(begin, std::min(room, batch.events.size() - begin));
      stretch_.events.insert(stretch_.events.end(), piece.begin(), piece.end());
      if (options_->keep_addresses) add_addresses(batch, begin, piece.size());
      for (const Event& event : piece) next_object += births(event.op, event.flags) ? 1 : 0;
      begin += piece.size();
      events_ += piece.size();
      if (stretch_.events.size() == options_->block_events) HEAPREEL_TRY(hand_in());
    }
    return {};
  }

  base::Result<PackResult> finish() {
    if (!stretch_.events.empty()) HEAPREEL_TRY(hand_in());
    while (maker_.under_way() > 0) HEAPREEL_TRY(write_one());
    return PackResult{.events = events_, .content_id = id_.finish(), .events_lost = 0, .damage = {}};
  }

 private:
  void add_addresses(const EventBatch& batch, size_t begin, size_t count) {
    if (batch.addresses.empty()) return;
    const auto piece = batch.addresses.subspan(begin, count);
    stretch_.addresses.insert(stretch_.addresses.end(), piece.begin(), piece.end());
  }

  base::Status hand_in() {
    maker_.submit(stretch_);
    if (options_->on_progress) options_->on_progress(events_);
    while (maker_.under_way() > maker_.depth()) HEAPREEL_TRY(write_one());
    return {};
  }

  base::Status write_one() {
    PackedBlock block = maker_.take();
    if (!block.exact)
      return base::fail({.code = base::ErrorCode::kBadInput,
                         .what = "cannot keep the addresses",
                         .why = "some that are no multiples of 16 lie 2^61 bytes apart",
                         .hint = "pack without --keep-addresses"});
    auto status = writer_->append(block.header, block.body);
    maker_.give_back(std::move(block));
    return status;
  }

  ReelWriter* writer_;
  const PackOptions* options_;
  BlockMaker maker_;
  Stretch stretch_;
  ContentId id_;
  uint64_t events_ = 0;
};

// What the source said of itself, without what only a capture needs.
void copy_metadata(const ReelMetadata& source, proto::Metadata& to) {
  to = source.shared;
  to.clear_ending();
  to.mutable_capture()->clear_block_events_max();
  to.mutable_packing()->clear_addresses_kept();  // the new packing says so itself
}

bool is_captured(const ReelFile& file) {
  return std::any_of(file.blocks().begin(), file.blocks().end(),
                     [](const BlockEntry& entry) { return is_capture(entry.type); });
}

// Hands a stream on, and shows it to the placer of notes.
class WatchedStream final : public EventStream {
 public:
  WatchedStream(EventStream& stream, ResidencyPlacer& placer) : stream_(&stream), placer_(&placer) {}

  base::Result<bool> next(EventBatch& batch) override {
    auto more = stream_->next(batch);
    if (more && *more && placer_->has_notes()) placer_->add(batch);
    return more;
  }

 private:
  EventStream* stream_;
  ResidencyPlacer* placer_;
};

// All that the source has lost: what the file misses, what its blocks miss, and what nobody can find any more, by the
// number of events the source says it had.
void add_damage(const ReelFile& from, const StreamNotes& notes, uint64_t events_declared, PackResult& result) {
  for (const std::vector<Damage>* list : {&from.damage(), &notes.damage})
    result.damage.insert(result.damage.end(), list->begin(), list->end());
  for (const Damage& damage : result.damage) result.events_lost += damage.events_lost;
  if (events_declared <= result.events + result.events_lost) return;
  const uint64_t rest = events_declared - result.events - result.events_lost;
  result.damage.push_back({.offset = 0, .bytes = 0, .events_lost = rest, .what = "blocks that cannot be found"});
  result.events_lost += rest;
}

// How the source ended, what it is now, and what of it is missing.
void end_metadata(const proto::Ending& ending, const PackResult& result, bool scrubbed, proto::Metadata& tail) {
  const std::string parent = ending.content_id();
  *tail.mutable_ending() = ending;
  tail.mutable_ending()->set_content_id(result.content_id.data(), result.content_id.size());
  tail.mutable_ending()->set_events(result.events);
  for (const Damage& damage : result.damage) {
    if (damage.events_lost == 0) continue;
    proto::Loss& loss = *tail.add_losses();
    loss.set_events(damage.events_lost);
    loss.set_reason(scrubbed ? "left out by pack" : "left out by pack: " + damage.what);
  }
  if (!scrubbed) return;
  proto::Step& step = *tail.add_provenance();
  step.set_what(std::string(kScrubStep));
  step.set_parent_content_id(parent.empty() ? tail.ending().content_id() : parent);
}

}  // namespace

PackOptions archive_options() {
  PackOptions options;
  options.level = 19;
  options.block_events = 1U << 20;
  return options;
}

base::Result<PackResult> pack(EventStream& stream, ReelWriter& writer, base::WorkerPool& pool,
                              const PackOptions& options) {
  Packer packer(writer, pool, options);
  EventBatch batch;
  for (;;) {
    const auto more = stream.next(batch);
    if (!more) return base::fail(more.error());
    if (!*more) return packer.finish();
    HEAPREEL_TRY(packer.add(batch));
  }
}

base::Result<PackResult> pack_file(const ReelFile& from, const std::string& to, bool overwrite, base::WorkerPool& pool,
                                   PackOptions options, uint64_t time_error_ns) {
  auto metadata = read_metadata(from);
  if (!metadata) return base::fail(std::move(metadata).error());
  if (options.scrub) options.keep_addresses = false;
  // Notes by address become notes by number, which a packed source has already.
  ResidencyPlacer placer(is_captured(from) ? metadata->shared : proto::Metadata());
  if (placer.has_notes()) metadata->shared.clear_residency();
  const uint64_t hz = metadata->shared.clock().ticks_per_second();
  const ScrubReport scrubbed = options.scrub ? scrub(*metadata) : ScrubReport{};
  auto stream = open_events(from, pool, {.addresses = options.keep_addresses || placer.has_notes()});
  if (!stream) return base::fail(std::move(stream).error());
  auto writer = ReelWriter::create(to, overwrite);
  if (!writer) return base::fail(std::move(writer).error());

  options.time_error = base::scale(time_error_ns, hz != 0 ? hz : base::kNsPerSecond, base::kNsPerSecond);
  options.time_quantum = std::max<uint64_t>(metadata->shared.capture().time_quantum(), 1);
  proto::Metadata head;
  copy_metadata(*metadata, head);
  HEAPREEL_TRY(writer->append(head));
  if (!options.scrub) HEAPREEL_TRY(writer->append(metadata->confidential));
  WatchedStream watched(**stream, placer);
  auto result = pack(watched, *writer, pool, options);
  if (!result) return result;
  add_damage(from, (*stream)->notes(), metadata->shared.ending().events(), *result);

  proto::Metadata tail;
  result->residency_dropped = placer.finish(tail);
  result->scrubbed = scrubbed;
  end_metadata(metadata->shared.ending(), *result, options.scrub, tail);
  proto::Packing& packing = *tail.mutable_packing();
  packing.set_level(static_cast<uint32_t>(options.level));
  packing.set_time_error(options.times == TimeKeeping::kWithin ? options.time_error : 0);
  packing.set_no_time(options.times == TimeKeeping::kNone);
  packing.set_addresses_kept(options.keep_addresses);
  packing.set_residency_dropped(metadata->shared.packing().residency_dropped() + result->residency_dropped);
  packing.set_inversions_repaired((*stream)->notes().inversions_repaired);
  HEAPREEL_TRY(writer->append(tail));
  HEAPREEL_TRY(writer->finish());
  return result;
}

}  // namespace heapreel::reel
