// The functions of index.h.
#include "trace_format/store/index.h"

#include "trace_format/wire/limits.h"

namespace heapreel::reel {
namespace {

ValueSource values(const BodyUnpacker& columns, IndexColumn column) {
  const auto id = static_cast<unsigned>(column);
  return {columns.column(id), columns.column(id + 1)};
}

}  // namespace

BlockEntry entry_of(const BlockHeader& header, uint64_t offset) {
  return {.offset = offset,
          .sequence = header.sequence,
          .first_time = header.first_time,
          .last_time = header.last_time,
          .first_event = 0,
          .events = header.events,
          .thread = header.thread,
          .body_bytes = header.body_bytes,
          .type = header.type};
}

void encode_index(const std::vector<BlockEntry>& entries, BodyPacker& packer) {
  std::array<ValueSink, kIndexColumnIds / 2> sinks;
  const auto sink = [&sinks](IndexColumn column) -> ValueSink& { return sinks[static_cast<unsigned>(column) / 2]; };
  uint64_t last_first_time = 0;
  for (const BlockEntry& entry : entries) {
    sink(IndexColumn::kType).put(static_cast<uint8_t>(entry.type));
    sink(IndexColumn::kBodyWords).put(entry.body_bytes / kBlockAlignment);
    sink(IndexColumn::kEvents).put(entry.events);
    sink(IndexColumn::kThread).put(entry.thread);
    sink(IndexColumn::kFirstTime).put_signed(static_cast<int64_t>(entry.first_time - last_first_time));
    sink(IndexColumn::kSpan).put(entry.last_time - entry.first_time);
    last_first_time = entry.first_time;
  }
  packer.clear();
  for (unsigned id = 0; id < kIndexColumnIds; id += 2) {
    packer.add(static_cast<uint8_t>(id), sinks[id / 2].small());
    packer.add(static_cast<uint8_t>(id + 1), sinks[id / 2].extra());
  }
}

base::Result<std::vector<BlockEntry>> decode_index(const BodyUnpacker& columns, uint64_t index_offset) {
  ValueSource type = values(columns, IndexColumn::kType);
  ValueSource words = values(columns, IndexColumn::kBodyWords);
  ValueSource events = values(columns, IndexColumn::kEvents);
  ValueSource thread = values(columns, IndexColumn::kThread);
  ValueSource first_time = values(columns, IndexColumn::kFirstTime);
  ValueSource span = values(columns, IndexColumn::kSpan);
  std::vector<BlockEntry> entries;
  BlockEntry entry{.offset = sizeof(FileHeader)};
  while (!type.at_end()) {
    const uint64_t kind = type.take();
    const uint64_t body_words = words.take();
    const uint64_t count = events.take();
    const uint64_t serial = thread.take();
    if (kind > 255 || body_words > limits::kBlockBodyBytes / kBlockAlignment || count > limits::kEventsPerBlock ||
        serial >= limits::kThreads)
      return base::bad_input("damaged index", "an entry is out of range", index_offset);
    entry.type = static_cast<BlockType>(kind);
    entry.body_bytes = static_cast<uint32_t>(body_words * kBlockAlignment);
    entry.events = static_cast<uint32_t>(count);
    entry.thread = static_cast<uint32_t>(serial);
    entry.first_time += static_cast<uint64_t>(first_time.take_signed());
    entry.last_time = entry.first_time + span.take();
    if (entry.end() > index_offset) return base::bad_input("damaged index", "a block lies beyond it", index_offset);
    entries.push_back(entry);
    entry.offset = entry.end();
    entry.sequence += 1;
    if (entry.holds_events()) entry.first_event += entry.events;
  }
  const bool sound = type.consumed() && words.consumed() && events.consumed() && thread.consumed() &&
                     first_time.consumed() && span.consumed() && entry.offset == index_offset;
  if (!sound) return base::bad_input("damaged index", "it does not cover the blocks before it", index_offset);
  return entries;
}

}  // namespace heapreel::reel
