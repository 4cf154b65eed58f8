// The one-byte alphabet of the token column: what happened, and to which object, fused into one symbol so that the
// entropy coder sees whole habits of a program ("malloc 24, malloc 40, free the newest") as repeating strings.
//
//   token      meaning                                                       further columns
//   0          plain free of a block born outside this block                 old
//   1          free of a block born in this block on another lane            cross
//   2..95      free of a block born in this block on this lane: reference    -
//   96..249    allocation: tuple 0..153 of the tuple table                   (realloc: refs; capture: place)
//   250        allocation: tuple 154 + n                                     tuple_index (n)
//   251        allocation: a tuple seen for the first time                   literal
//   252        free, reference by age beyond what a token holds              age
//   253        rare event: everything else                                   rare
//   254        like 0, with the free kind last used for such blocks          old
//   255        never written
//
// A reference (token - 2, or a byte of the `refs` column) names a live block of a lane's list:
//   0..3       the newest, second newest, ... of the lane
//   4..9       the 1st..6th newer neighbour of where the lane last freed
//   10..15     the 1st..6th older neighbour, 10 being the nearest
//   16..93     the block born 0..77 births ago in this event block
#pragma once

#include <cstdint>

namespace heapreel::reel {

inline constexpr uint8_t kTokenOldFree = 0;
inline constexpr uint8_t kTokenCrossFree = 1;
inline constexpr uint8_t kTokenFirstRef = 2;
inline constexpr uint8_t kTokenFirstTuple = 96;
inline constexpr uint8_t kTokenTupleIndex = 250;
inline constexpr uint8_t kTokenLiteral = 251;
inline constexpr uint8_t kTokenAgedFree = 252;
inline constexpr uint8_t kTokenRare = 253;
inline constexpr uint8_t kTokenOldFreeAlike = 254;

inline constexpr unsigned kInlineTuples = kTokenTupleIndex - kTokenFirstTuple;
inline constexpr unsigned kMaxTuples = 4096;  // literals beyond this are not remembered

inline constexpr uint8_t kRefNewest = 0;
inline constexpr unsigned kNewestRefs = 4;
inline constexpr uint8_t kRefNewer = 4;
inline constexpr uint8_t kRefOlder = 10;
inline constexpr unsigned kNeighbourRefs = 6;
inline constexpr uint8_t kRefAge = 16;
inline constexpr unsigned kAgeRefs = 78;
static_assert(kTokenFirstRef + kRefAge + kAgeRefs == kTokenFirstTuple);

}  // namespace heapreel::reel
