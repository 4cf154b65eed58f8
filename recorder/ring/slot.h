// A slot: the 16 bytes an event takes in a chunk of the shared pool.
//
//   head  [63:20] bits 46..3 of the block's address   [19:14] op   [13:0] bits 45..32 of the stamp
//   body  [63:32] size                                [31:0]  bits 31..0 of the stamp
//
// A slot is empty while its head is 0; the collector zeroes what it has read, so a chunk that is handed out is empty
// everywhere. The body is stored before the head, the head with release order: whoever sees a head sees the whole
// event, also after the writer was killed between any two instructions.
//
// `op` is the reel's number of the kind of call (trace_format/event/op.h), so every number below 61 speaks for itself.
// What does not fit takes further slots: a prefix stands before its event, words stand behind their head. A record of
// several slots lies in one chunk, and the head of its last-written slot is what makes it readable.
#pragma once

#include <cstddef>
#include <cstdint>

namespace heapreel::ring {

struct Slot {
  uint64_t head;
  uint64_t body;
};
static_assert(sizeof(Slot) == 16);

inline constexpr unsigned kAddressShift = 17;  // of an address whose low three bits are 0
inline constexpr unsigned kOpShift = 14;
inline constexpr uint64_t kOpMask = 63;
inline constexpr uint64_t kStampHighMask = (uint64_t{1} << kOpShift) - 1;
inline constexpr unsigned kStampBits = 46;  // 7 hours at 2.6 GHz; the collector reads every chunk once a second
inline constexpr uint64_t kUnslottableAddress = ~((uint64_t{1} << 47) - 8);

// Ops of the pool alone.
inline constexpr uint64_t kPadding = 0;  // says nothing; its head is not 0 all the same
inline constexpr uint64_t kOldPrefix =
    61;  // of a realloc: address = the old block, size = ticks from release to result
inline constexpr uint64_t kCallPrefix = 62;  // of any event: address field = number of its stack, size = ticks it took
inline constexpr uint64_t kNote = 63;        // address field = NoteHead, followed by its words

// Whether the address and the size fit a slot of their own.
inline constexpr bool fits(uint64_t address, uint64_t size) {
  return ((address & kUnslottableAddress) | (size >> 32)) == 0;
}

inline constexpr uint64_t head_of(uint64_t op, uint64_t address, uint64_t stamp) {
  return address << kAddressShift | op << kOpShift | ((stamp >> 32) & kStampHighMask);
}
inline constexpr uint64_t body_of(uint64_t size, uint64_t stamp) { return size << 32 | (stamp & 0xFFFFFFFF); }

inline constexpr uint64_t op_of(const Slot& slot) { return slot.head >> kOpShift & kOpMask; }
inline constexpr uint64_t address_of(const Slot& slot) { return slot.head >> (kAddressShift + 3) << 3; }
inline constexpr uint64_t size_of(const Slot& slot) { return slot.body >> 32; }
inline constexpr uint64_t stamp_of(const Slot& slot) {
  return (slot.head & kStampHighMask) << 32 | (slot.body & 0xFFFFFFFF);
}

// Padding must not look empty.
inline constexpr Slot kPaddingSlot{1, 0};

inline void put(Slot* at, uint64_t head, uint64_t body) {
  at->body = body;
  __atomic_store_n(&at->head, head, __ATOMIC_RELEASE);  // pairs with the acquire of the collector's reader
}

// --- notes: what is no plain event ----------------------------------------------------------------------------------

// What a note is about. `small` and the words are the kind's own.
enum class Note : uint8_t {
  kNone = 0,
  kWideEvent = 1,    // small: op | flags << 6 | align_log2 << 14; words: object, size, old object, duration
  kThreadStart = 2,  // words: kernel tid, address of the thread's dtv (its maker allocated it), stack top, 0
  kGap = 3,          // words: events lost before this point, why (Loss)
  kStack = 4,        // small: frames; words: number, frames, innermost first
  kResident = 5,     // small: occasion; words: address, resident pages
  kMark = 6,         // small: bytes of the name; words: the name
  kImage = 8,        // small: bytes of the path; words: base, headers, bytes of the build-id; headers; build-id; path
  kOwnTime = 7,      // words: ticks the shim spent off its hot path in this thread since the last such note, calls
};

enum class Loss : uint64_t { kPoolFull = 1, kCollectorAway = 2, kNoMemory = 3 };

// The 44 bits a note has in its head beside op and stamp.
struct NoteHead {
  Note note = Note::kNone;
  uint32_t words = 0;  // 64-bit words behind the head, rounded up to whole slots; at most 1023
  uint32_t small = 0;  // 26 bits
};
inline constexpr uint32_t kNoteWordsMax = 1023;
inline constexpr uint32_t kNoteSmallBits = 26;

inline constexpr uint64_t field_of(const NoteHead& head) {
  return (uint64_t{static_cast<uint8_t>(head.note)} << 36 | uint64_t{head.words} << kNoteSmallBits | head.small) << 3;
}
inline constexpr NoteHead note_of(const Slot& slot) {
  const uint64_t field = slot.head >> (kAddressShift + 3);
  return {.note = static_cast<Note>(field >> 36 & 0xFF),
          .words = static_cast<uint32_t>(field >> kNoteSmallBits & kNoteWordsMax),
          .small = static_cast<uint32_t>(field & ((1U << kNoteSmallBits) - 1))};
}
inline constexpr uint32_t slots_of(const NoteHead& head) { return 1 + (head.words + 1) / 2; }

}  // namespace heapreel::ring
