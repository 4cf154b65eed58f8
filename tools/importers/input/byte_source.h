// The bytes of a trace file, read once from front to back: plain, or out of a .gz, .zst or .zip.
//
// What a file is, its first bytes say, never its name. Memory: a buffer of the decompressor, whatever the file's size.
// Deliberately absent: seeking, pipes, archives of several files.
#pragma once

#include <memory>
#include <string>

#include "trace_format/base/file.h"

namespace heapreel::importers {

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Fills `into` from its front; fewer bytes than asked for only at the end.
  virtual base::Result<size_t> read(std::span<uint8_t> into) = 0;
};

// Opens a file for reading what it holds.
base::Result<std::unique_ptr<ByteSource>> open_source(const std::string& path);

// A file's bytes as they are, from `offset` on, at most `bytes` of them.
class FileSource final : public ByteSource {
 public:
  FileSource(base::Fd fd, std::string path, uint64_t offset = 0, uint64_t bytes = ~uint64_t{0})
      : fd_(std::move(fd)), path_(std::move(path)), offset_(offset), bytes_left_(bytes) {}
  base::Result<size_t> read(std::span<uint8_t> into) override;

 private:
  base::Fd fd_;
  std::string path_;
  uint64_t offset_;
  uint64_t bytes_left_;
};

// What `packed` expands to. `what` begins the text of an error: "cannot import x.gz".
std::unique_ptr<ByteSource> expand_gzip(std::unique_ptr<ByteSource> packed, std::string what);
std::unique_ptr<ByteSource> expand_zstd(std::unique_ptr<ByteSource> packed, std::string what);
// Bare deflate data, as a zip holds it.
std::unique_ptr<ByteSource> expand_deflate(std::unique_ptr<ByteSource> packed, std::string what);
// Hands on what `source` gives, and holds it against the size and the CRC-32 that are known of it.
std::unique_ptr<ByteSource> check_sum(std::unique_ptr<ByteSource> source, std::string what, uint64_t bytes,
                                      uint32_t crc32);

}  // namespace heapreel::importers
