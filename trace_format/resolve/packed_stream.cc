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
    : options_(options), decoder_(file, pool) {
  for (const BlockEntry& entry : file.blocks())
    if (entry.type == BlockType::kPacked && entry.last_time >= options.from_time) entries_.push_back(&entry);
}

void PackedStream::fill() {
  const size_t wanted = decoder_.threads() + size_t{1};
  while (ahead_.size() < wanted && next_entry_ < entries_.size()) {
    const BlockEntry* entry = entries_[next_entry_++];
    ahead_.push_back({entry, decoder_.submit(*entry)});
  }
}

base::Result<bool> PackedStream::next(EventBatch& batch) {
  for (;;) {
    current_.reset();
    fill();
    if (ahead_.empty()) return false;
    Ahead front = std::move(ahead_.front());
    ahead_.pop_front();
    auto block = front.block.get();
    if (!block && block.error().code == base::ErrorCode::kIo) return base::fail(std::move(block).error());
    if (!block || !continues(**block)) {
      note_damage(*front.entry, block ? base::Error{.what = "damaged block", .why = "its object numbers stood before"}
                                      : block.error());
      continue;
    }
    current_ = std::move(*block);
    const BlockParams& params = current_->params;
    next_object_ = params.first_object + params.births;
    batch = {.events = current_->events,
             .first_event = front.entry->first_event,
             .first_object = params.first_object,
             .addresses = current_->addresses};
    return true;
  }
}

}  // namespace heapreel::reel
