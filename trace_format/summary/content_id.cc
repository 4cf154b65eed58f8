// The canonical bytes behind content_id.h.
#include "trace_format/summary/content_id.h"

namespace heapreel::reel {
namespace {

constexpr size_t kEventBytesMax = 1 + 5 + 2 + 10 + 10 + 10;
constexpr size_t kPieceEvents = 4096;  // hashed at a time, so that the bytes stay in the cache

inline uint8_t* put_leb(uint8_t* to, uint64_t value) {
  while (value >= 0x80) {
    *to++ = static_cast<uint8_t>(value | 0x80);
    value >>= 7;
  }
  *to++ = static_cast<uint8_t>(value);
  return to;
}

}  // namespace

void ContentId::add(const EventBatch& batch) {
  bytes_.resize(kPieceEvents * kEventBytesMax);
  uint64_t next_object = batch.first_object;
  for (size_t begin = 0; begin < batch.events.size(); begin += kPieceEvents) {
    uint8_t* to = bytes_.data();
    for (const Event& event : batch.events.subspan(begin, std::min(kPieceEvents, batch.events.size() - begin))) {
      const bool other_thread = event.thread != thread_;
      const bool special = (event.flags | event.align_log2) != 0;
      *to++ =
          static_cast<uint8_t>(static_cast<unsigned>(event.op) | (other_thread ? 0x40U : 0) | (special ? 0x80U : 0));
      if (other_thread) to = put_leb(to, thread_ = event.thread);
      if (special) {
        *to++ = event.flags;
        *to++ = event.align_log2;
      }
      to = put_leb(to, event.size);
      if (has_old(event.op, event.flags)) to = put_leb(to, next_object - event.old_object);
      if (births(event.op, event.flags))
        ++next_object;
      else
        to = put_leb(to, next_object - event.object);
    }
    hash_.update({bytes_.data(), static_cast<size_t>(to - bytes_.data())});
  }
}

}  // namespace heapreel::reel
