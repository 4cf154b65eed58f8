// A trace's text or records, handed out piece by piece from a window that moves over the source.
//
// Memory: one window, whatever the file's size and the length of its lines. A line longer than kLineBytesMax comes out
// cut, and says so.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "tools/importers/input/byte_source.h"

namespace heapreel::importers {

inline constexpr size_t kHeadBytes = size_t{64} << 10;
inline constexpr size_t kLineBytesMax = size_t{64} << 10;

struct Line {
  std::string_view text{};  // without its end, be it \n or \r\n; valid until the next one
  uint64_t number = 0;      // from 1
  bool too_long = false;    // `text` is only its beginning
};

class Input {
 public:
  static base::Result<Input> open(const std::string& path);
  Input(std::unique_ptr<ByteSource> source, std::string path);

  const std::string& path() const { return path_; }

  // What the trace begins with: kHeadBytes of it, or all. Only before anything else was asked for.
  base::Result<std::string_view> head();

  // The next line; the last one need have no end. False when there is none.
  base::Result<bool> next_line(Line& line);
  // The next `bytes` bytes, at most kHeadBytes; fewer only at the end. Valid until the next call.
  base::Result<base::Bytes> next_bytes(size_t bytes);

  uint64_t lines() const { return lines_; }
  uint64_t offset() const { return offset_; }  // of what comes next, in the expanded trace

 private:
  base::Status refill();
  size_t available() const { return end_ - at_; }
  void consume(size_t bytes) {
    at_ += bytes;
    offset_ += bytes;
  }
  base::Result<bool> skip_rest_of_line();

  std::unique_ptr<ByteSource> source_;
  std::string path_;
  base::Buffer window_;
  size_t at_ = 0;   // of the next byte in the window
  size_t end_ = 0;  // of what the window holds
  bool ended_ = false;
  bool in_long_line_ = false;  // the rest of a line that was handed out cut comes next
  uint64_t lines_ = 0;
  uint64_t offset_ = 0;
};

}  // namespace heapreel::importers
