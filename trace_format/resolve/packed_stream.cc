// The stream of packed_stream.h.
#include "trace_format/resolve/packed_stream.h"

#include <fmt/format.h>

namespace heapreel::reel {

void EventStream::note_damage(const BlockEntry& entry, const base::Error& error) {
  notes_.events_lost += entry.events;
  notes_.damage.push_back({.offset = entry.offset,
                           .bytes = sizeof(BlockHeader) + entry.body_bytes,
                           .events_lost = entry.events,
                           .what = fmt::format("{}: {}", error.what, error.why)});
}

PackedStream::PackedStream(const ReelFile& file, base::WorkerPool& pool, const StreamOptions& options)
    : options_(options), pool_(&pool), decoder_(file, pool) {
  for (const BlockEntry& entry : file.blocks())
    if (entry.type == BlockType::kPacked && entry.last_time >= options.from_time) entries_.push_back(&entry);
}

EventBatch PackedStream::batch_of(const EventBlock& block, const BlockEntry& entry) {
  return {.events = block.events,
          .first_event = entry.first_event,
          .first_object = block.params.first_object,
          .addresses = block.addresses,
          .second_frees = {},
          .work = nullptr};
}

base::Result<PackedStream::Ready> PackedStream::make_ready(const BlockEntry& entry) {
  auto block = decoder_.decode(entry);
  if (!block) return base::fail(std::move(block).error());
  Ready ready{.block = std::move(*block), .work = nullptr};
  if (options_.work != nullptr) ready.work = options_.work->work(batch_of(*ready.block, entry));
  return ready;
}

void PackedStream::fill() {
  const size_t wanted = pool_->threads() + size_t{1};
  while (ahead_.size() < wanted && next_entry_ < entries_.size()) {
    const BlockEntry* entry = entries_[next_entry_++];
    ahead_.push_back({entry, pool_->submit([this, entry] { return make_ready(*entry); })});
  }
}

base::Result<bool> PackedStream::next(EventBatch& batch) {
  for (;;) {
    current_.reset();
    fill();
    if (ahead_.empty()) return false;
    const BlockEntry& entry = *ahead_.front().entry;
    auto ready = ahead_.front().ready.get();
    ahead_.pop_front();
    if (!ready && ready.error().code == base::ErrorCode::kIo) return base::fail(std::move(ready).error());
    if (!ready || !continues(*ready->block)) {
      const base::Error overlap{.what = "damaged block", .why = "its object numbers stood before"};
      note_damage(entry, ready ? overlap : ready.error());
      continue;
    }
    current_ = std::move(ready->block);
    next_object_ = current_->params.first_object + current_->params.births;
    batch = batch_of(*current_, entry);
    batch.work = std::move(ready->work);
    return true;
  }
}

}  // namespace heapreel::reel
