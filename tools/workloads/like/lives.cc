// The pass of lives.h.
#include "tools/workloads/like/lives.h"

#include <algorithm>

namespace heapreel::like {
namespace {

constexpr uint8_t kReadsMost = 7;

}  // namespace

void LifeReader::read(uint64_t object) {
  Life* const life = live_.find(object);
  if (life != nullptr && life->reads < kReadsMost) ++life->reads;
}

void LifeReader::begin(const reel::Event& event, uint64_t old_size, bool has_old) {
  Life life{.size = event.size, .old_size = old_size, .born = position_, .born_by = event.thread};
  life.birth = event.op;
  life.flags = event.flags & (reel::kNullOld | reel::kRuntime);
  // A realloc of a block that nobody knows is one of nothing to whoever repeats it.
  if (reel::traits(event.op).reallocates && !has_old) life.flags |= reel::kNullOld;
  life.align_log2 = event.align_log2;
  life.has_old = has_old;
  if (live_.try_add(event.object, life)) live_bytes_ += event.size;
}

// Returns the size of what ended.
uint64_t LifeReader::end(const reel::Event& event, uint64_t object, uint8_t flags) {
  Life life;
  if (!live_.remove(object, life)) return 0;
  life.died = position_;
  life.died_by = event.thread;
  life.death = event.op;
  life.flags |= flags;
  live_bytes_ -= life.size;
  for (LifeSink* sink : sinks_) sink->on_life(life);
  return life.size;
}

void LifeReader::add(const reel::Event& event) {
  const bool known_old = reel::releases_old(event.op, event.flags) && live_.find(event.old_object) != nullptr;
  const uint64_t old_size = known_old ? end(event, event.old_object, event.flags & reel::kNoResult) : 0;
  if (reel::births(event.op, event.flags)) {
    begin(event, old_size, known_old);
  } else if (reel::traits(event.op).frees && event.object != reel::kNoObject) {
    end(event, event.object, 0);
  } else if (event.op == reel::Op::kUsableSize) {
    read(event.object);
  }
  for (LifeSink* sink : sinks_) sink->on_event(event, position_, live_bytes_);
  ++position_;
}

void LifeReader::finish() {
  // In the order of their births, so that sinks see the same on every machine.
  std::vector<Life> living;
  living.reserve(live_.size());
  live_.for_each([&living](uint64_t, const Life& life) { living.push_back(life); });
  std::ranges::sort(living, {}, &Life::born);
  for (const Life& life : living)
    for (LifeSink* sink : sinks_) sink->on_life(life);
}

base::Status read_lives(reel::EventStream& stream, std::span<LifeSink* const> sinks) {
  LifeReader reader(sinks);
  reel::EventBatch batch;
  for (;;) {
    const auto more = stream.next(batch);
    if (!more) return base::fail(more.error());
    if (!*more) break;
    for (const reel::Event& event : batch.events) reader.add(event);
  }
  reader.finish();
  return {};
}

}  // namespace heapreel::like
