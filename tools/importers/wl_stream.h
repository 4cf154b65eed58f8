// One thread's stream of a .wl file (wl.h): bytes at an offset, read through a small window of its own.
#pragma once

#include <array>

#include "trace_format/base/file.h"

namespace heapreel::importers {

enum class WlCode : uint8_t {
  kNothing = 0,
  kDone = 1,
  kMalloc = 2,
  kCalloc = 3,
  kRealloc = 4,
  kFree = 5,
  kRelease = 6,
  kAcquire = 7,
  kPointers = 8,
  kSyncs = 9,
  kThreads = 10,
  kStartThread = 11,
  kMemalign = 12,
  kValloc = 13,
  kPvalloc = 14,
  kPosixMemalign = 15,
};
inline constexpr uint8_t kWlCodes = 16;

// One op with its numbers.
struct WlOp {
  WlCode code = WlCode::kNothing;
  std::array<uint64_t, 3> numbers{};
};

// How many numbers follow an opcode.
unsigned wl_numbers(WlCode code);

class WlStream {
 public:
  // Borrows the file. `end` is where the stream must have ended.
  WlStream(const base::Fd* fd, const std::string* path, uint64_t offset, uint64_t end)
      : fd_(fd), path_(path), begin_(offset), next_(offset), end_(end) {}

  // The next op. An Error if the stream makes no sense, or ends without its last op.
  base::Result<WlOp> next();

  uint64_t offset() const { return next_ - (held_ - at_); }
  // How far it has come, of 2^32.
  uint64_t share_done() const { return end_ == begin_ ? 0 : ((offset() - begin_) << 32) / (end_ - begin_); }

 private:
  base::Result<uint8_t> next_byte();
  base::Result<uint64_t> next_number();
  tl::unexpected<base::Error> damaged(std::string why) const;

  static constexpr size_t kWindowBytes = 4096;

  const base::Fd* fd_;
  const std::string* path_;
  uint64_t begin_;
  uint64_t next_;  // the first byte that is not in the window yet
  uint64_t end_;
  base::Buffer window_{};
  size_t at_ = 0;
  size_t held_ = 0;
};

}  // namespace heapreel::importers
