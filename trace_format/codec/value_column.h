// Unsigned numbers as two byte columns: one byte per number, and the few extra bytes that large numbers need.
//
// A number below 240 is its own byte. Otherwise the byte is 239 + n and n little-endian bytes (n = 1..8, the fewest
// that hold it) follow in the companion column as value - 240. Keeping the extra bytes apart leaves the first column
// with a small alphabet that an entropy coder likes. Sources never read past their end and reject non-minimal forms.
#pragma once

#include <bit>
#include <cstdint>

#include "trace_format/base/bytes.h"

namespace heapreel::reel {

inline constexpr uint64_t kInlineValues = 240;
inline constexpr size_t kValuePadding = 8;  // readable bytes a ValueSource needs behind its extra column

// A byte column under construction. Grows like a vector, but keeps its memory and writes through a pointer.
class ByteSink {
 public:
  void clear() { next_ = bytes_.data(); }
  void put(uint8_t byte) {
    if (next_ == end_) [[unlikely]]
      grow();
    *next_++ = byte;
  }
  void put_le(uint64_t value, unsigned count) {
    if (end_ - next_ < 8) [[unlikely]]
      grow();
    base::store_le(next_, value);
    next_ += count;
  }
  base::Bytes bytes() const { return {bytes_.data(), size()}; }
  size_t size() const { return static_cast<size_t>(next_ - bytes_.data()); }

 private:
  static constexpr size_t kFirstBytes = 256;

  [[gnu::noinline, gnu::cold]] void grow() {
    const size_t used = size();
    bytes_.resize(bytes_.size() * 2 + kFirstBytes);
    next_ = bytes_.data() + used;
    end_ = bytes_.data() + bytes_.size();
  }

  base::Buffer bytes_;
  uint8_t* next_ = nullptr;
  uint8_t* end_ = nullptr;
};

class ValueSink {
 public:
  void clear() {
    small_.clear();
    extra_.clear();
  }
  void put(uint64_t value) {
    if (value < kInlineValues) [[likely]] {
      small_.put(static_cast<uint8_t>(value));
      return;
    }
    const uint64_t rest = value - kInlineValues;
    const unsigned count = rest == 0 ? 1 : (static_cast<unsigned>(std::bit_width(rest)) + 7) / 8;
    small_.put(static_cast<uint8_t>(kInlineValues - 1 + count));
    extra_.put_le(rest, count);
  }
  void put_signed(int64_t value) { put(base::zigzag(value)); }
  base::Bytes small() const { return small_.bytes(); }
  base::Bytes extra() const { return extra_.bytes(); }

 private:
  ByteSink small_;
  ByteSink extra_;
};

// A byte column being read.
class ByteSource {
 public:
  ByteSource() = default;
  explicit ByteSource(base::Bytes bytes) : next_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  // Reads a byte; past the end it returns 0 and remembers.
  uint8_t take() {
    if (next_ == end_) [[unlikely]] {
      overrun_ = true;
      return 0;
    }
    return *next_++;
  }
  // Whether exactly everything was read, and nothing more.
  bool consumed() const { return next_ == end_ && !overrun_; }
  bool at_end() const { return next_ == end_; }
  bool overrun() const { return overrun_; }
  uint64_t left() const { return static_cast<uint64_t>(end_ - next_); }

 private:
  const uint8_t* next_ = nullptr;
  const uint8_t* end_ = nullptr;
  bool overrun_ = false;
};

// A number column being read. `extra` must be followed by kValuePadding readable bytes.
class ValueSource {
 public:
  ValueSource() = default;
  ValueSource(base::Bytes small, base::Bytes extra)
      : small_(small), next_extra_(extra.data()), end_extra_(extra.data() + extra.size()) {}

  uint64_t take() {
    const uint8_t first = small_.take();
    if (first < kInlineValues) [[likely]]
      return first;
    return take_extra(first - static_cast<unsigned>(kInlineValues - 1));
  }
  int64_t take_signed() { return base::unzigzag(take()); }
  bool consumed() const { return small_.consumed() && next_extra_ == end_extra_ && !malformed_; }
  bool at_end() const { return small_.at_end(); }
  bool malformed() const { return malformed_ || small_.overrun(); }

 private:
  uint64_t take_extra(unsigned count) {
    if (count > 8 || static_cast<size_t>(end_extra_ - next_extra_) < count) [[unlikely]]
      return reject();
    const uint64_t mask = count == 8 ? ~uint64_t{0} : (uint64_t{1} << (8 * count)) - 1;
    const uint64_t rest = base::load_le<uint64_t>(next_extra_) & mask;
    next_extra_ += count;
    const bool minimal = count == 1 || (rest >> (8 * (count - 1))) != 0;
    if (!minimal || rest > ~uint64_t{0} - kInlineValues) [[unlikely]]
      return reject();
    return rest + kInlineValues;
  }
  [[gnu::noinline, gnu::cold]] uint64_t reject() {
    malformed_ = true;
    return 0;
  }

  ByteSource small_;
  const uint8_t* next_extra_ = nullptr;
  const uint8_t* end_extra_ = nullptr;
  bool malformed_ = false;
};

}  // namespace heapreel::reel
