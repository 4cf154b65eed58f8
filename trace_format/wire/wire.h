// The fixed structures of a reel file. docs/reel-format.md is normative; the assertions below hold the code to it.
//
//   FileHeader | Block* | index Block | Trailer            (an interrupted reel ends anywhere)
//   Block = BlockHeader | body;  body = Directory entry x columns | column bytes ... | zero padding to 8
//
// Everything is little-endian, and every byte is covered by an XXH64 (seed 0). Nothing is ever rewritten in place.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace heapreel::reel {

inline constexpr std::array<uint8_t, 8> kFileMagic = {0x89, 'R', 'E', 'E', 'L', '\r', '\n', 0x1A};
inline constexpr std::array<uint8_t, 8> kTrailerMagic = {'R', 'E', 'E', 'L', 'E', 'N', 'D', '\n'};
inline constexpr uint32_t kBlockSync = 0x4B4C4252;  // "RBLK"
inline constexpr uint16_t kVersionMajor = 1;
inline constexpr uint16_t kVersionMinor = 0;
inline constexpr uint64_t kKnownIncompatible = 0;  // feature bits this reader understands
inline constexpr uint64_t kBlockAlignment = 8;

struct FileHeader {
  std::array<uint8_t, 8> magic = kFileMagic;
  uint16_t major = kVersionMajor;
  uint16_t minor = kVersionMinor;
  uint32_t header_bytes = 64;
  uint64_t incompatible = 0;     // a reader that does not know a set bit must refuse, by the feature's name
  uint64_t compatible = 0;       // unknown bits may be ignored when reading
  std::array<uint8_t, 16> id{};  // random; its first four bytes tag every block
  uint64_t reserved = 0;
  uint64_t hash = 0;  // of the 56 bytes before it
};
static_assert(sizeof(FileHeader) == 64 && offsetof(FileHeader, id) == 32 && offsetof(FileHeader, hash) == 56);

enum class BlockType : uint8_t {
  kCapture = 1,   // events of one thread, with addresses
  kPacked = 2,    // events of all threads in replay order, with object numbers
  kMetadata = 3,  // one protobuf Metadata, to be merged with the others
  kPrivate = 4,   // one protobuf PrivateMetadata: all that can name a person, a machine or a product
  kIndex = 5,
  kPlain = 6,             // as kCapture, written in a hurry: other columns, more bytes
  kFirstSkippable = 128,  // types from here on may be skipped by a reader that does not know them
};

// Events of one thread that name objects by address.
constexpr bool is_capture(BlockType type) { return type == BlockType::kCapture || type == BlockType::kPlain; }

struct BlockHeader {
  uint32_t sync = kBlockSync;
  BlockType type = BlockType::kMetadata;
  uint8_t version = 1;      // of the body's layout
  uint16_t columns = 0;     // directory entries
  uint32_t body_bytes = 0;  // a multiple of 8
  uint32_t tag = 0;         // the first four bytes of the file's id
  uint64_t sequence = 0;    // 0, 1, 2, ... in the order of writing: a hole is a lost block
  uint64_t first_time = 0;  // ticks; no event of the block began earlier
  uint64_t last_time = 0;   // ticks; none ended later
  uint32_t events = 0;
  uint32_t thread = 0;     // kCapture, kPlain: the thread's serial
  uint64_t body_hash = 0;  // of the whole body
  uint64_t hash = 0;       // of the 56 bytes before it
};
static_assert(sizeof(BlockHeader) == 64 && offsetof(BlockHeader, sequence) == 16 && offsetof(BlockHeader, hash) == 56);

enum class ColumnCodec : uint8_t { kRaw = 0, kZstd = 1 };

struct DirectoryEntry {
  uint8_t id = 0;
  ColumnCodec codec = ColumnCodec::kRaw;
  uint16_t flags = 0;  // kOptionalColumn
  uint32_t raw_bytes = 0;
  uint32_t stored_bytes = 0;
};
static_assert(sizeof(DirectoryEntry) == 12);

inline constexpr uint16_t kOptionalColumn = 1;  // a reader that does not know the id may leave the column out

struct Trailer {
  std::array<uint8_t, 8> magic = kTrailerMagic;
  uint64_t index_offset = 0;
  uint64_t file_bytes = 0;  // including this trailer
  uint64_t hash = 0;        // of the 24 bytes before it
};
static_assert(sizeof(Trailer) == 32);

}  // namespace heapreel::reel
