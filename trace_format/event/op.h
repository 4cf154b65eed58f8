// The kinds of call a reel can hold, and what each kind does to objects.
//
// The numbers are part of the file format: an append-only registry (docs/reel-format.md, section 3). A kind is recorded
// as what it was, so that a sized delete replays as a sized delete.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace heapreel::reel {

enum class Op : uint8_t {
  kNone = 0,
  kMalloc = 1,
  kCalloc = 2,
  kRealloc = 3,
  kReallocarray = 4,
  kMemalign = 5,
  kPosixMemalign = 6,
  kAlignedAlloc = 7,
  kValloc = 8,
  kPvalloc = 9,
  kNew = 10,
  kNewArray = 11,
  kNewNothrow = 12,
  kNewArrayNothrow = 13,
  kNewAligned = 14,
  kNewArrayAligned = 15,
  kNewAlignedNothrow = 16,
  kNewArrayAlignedNothrow = 17,
  kInherited = 18,  // not a call: a block that was live when this reel began (fork, late start, slice)

  kFree = 32,
  kFreeSized = 33,
  kFreeAlignedSized = 34,
  kDelete = 35,
  kDeleteArray = 36,
  kDeleteSized = 37,
  kDeleteArraySized = 38,
  kDeleteAligned = 39,
  kDeleteArrayAligned = 40,
  kDeleteSizedAligned = 41,
  kDeleteArraySizedAligned = 42,
  kDeleteNothrow = 43,
  kDeleteArrayNothrow = 44,
  kDeleteAlignedNothrow = 45,
  kDeleteArrayAlignedNothrow = 46,

  kUsableSize = 56,   // malloc_usable_size: reads an object, changes nothing
  kMark = 57,         // the program's own mark; `size` is the mark's number
  kThreadStart = 58,  // `size` is the serial of the creating thread plus one, 0 when unknown
  kThreadEnd = 59,
  kGap = 60,  // `size` events of this thread were lost here
};

inline constexpr int kOpLimit = 64;  // every op number is below this

// What an event can be beyond its kind. Part of the file format.
enum Flag : uint8_t {
  kFailed = 1,    // the allocation returned null (errno ENOMEM or bad_alloc)
  kMoved = 2,     // a realloc that returned another address
  kNullOld = 4,   // realloc(nullptr, n)
  kNoResult = 8,  // realloc(p, 0) that freed p and returned null
  kRuntime = 16,  // made by the runtime itself (thread TLS by ld.so): a replay must not repeat it
  kUnknown = 32,  // the block it took or freed was born outside this reel; it has no object
  kImplied = 64,  // not recorded: a free inferred because the block's address was handed out again
};
inline constexpr uint8_t kFlagMask = 127;

struct OpTraits {
  std::string_view name;  // as `dump` prints it; empty for numbers that are not assigned
  bool allocates = false;
  bool reallocates = false;
  bool frees = false;
  bool sized = false;    // a free that is told the size
  bool aligned = false;  // carries an alignment
};

// Indexed by op number; unassigned numbers have an empty name.
extern const std::array<OpTraits, kOpLimit> kOpTraits;

inline const OpTraits& traits(Op op) { return kOpTraits[static_cast<uint8_t>(op) & (kOpLimit - 1)]; }
inline bool is_known(uint8_t op) { return op < kOpLimit && !kOpTraits[op].name.empty(); }

// Whether the event brings an object into the world.
inline bool births(Op op, uint8_t flags) { return traits(op).allocates && (flags & (kFailed | kNoResult)) == 0; }

// Whether a realloc-like event names an old object.
inline bool has_old(Op op, uint8_t flags) { return traits(op).reallocates && (flags & (kNullOld | kUnknown)) == 0; }

// Whether it also ends that old object's life: a failed realloc leaves it alone.
inline bool releases_old(Op op, uint8_t flags) { return has_old(op, flags) && (flags & kFailed) == 0; }

}  // namespace heapreel::reel
