// The window of input.h.
#include "tools/importers/input/input.h"

#include <algorithm>
#include <cstring>

namespace heapreel::importers {
namespace {

constexpr size_t kWindowBytes = size_t{256} << 10;
static_assert(kWindowBytes > kLineBytesMax && kWindowBytes > kHeadBytes, "what is asked for fits the window");

}  // namespace

base::Result<Input> Input::open(const std::string& path) {
  auto source = open_source(path);
  if (!source) return base::fail(std::move(source).error());
  return Input(std::move(*source), path);
}

Input::Input(std::unique_ptr<ByteSource> source, std::string path)
    : source_(std::move(source)), path_(std::move(path)), window_(kWindowBytes) {}

base::Status Input::refill() {
  std::memmove(window_.data(), window_.data() + at_, available());
  end_ -= at_;
  at_ = 0;
  const std::span<uint8_t> room(window_.data() + end_, window_.size() - end_);
  const auto got = source_->read(room);
  if (!got) return base::fail(got.error());
  end_ += *got;
  ended_ = *got < room.size();
  return {};
}

base::Result<std::string_view> Input::head() {
  if (!ended_ && available() < kHeadBytes) HEAPREEL_TRY(refill());
  const size_t bytes = std::min(available(), kHeadBytes);
  return std::string_view(reinterpret_cast<const char*>(window_.data() + at_), bytes);
}

base::Result<bool> Input::next_line(Line& line) {
  if (in_long_line_) {
    const auto more = skip_rest_of_line();
    if (!more || !*more) return more;
  }
  for (;;) {
    const auto* begin = reinterpret_cast<const char*>(window_.data() + at_);
    const auto* end = static_cast<const char*>(std::memchr(begin, '\n', std::min(available(), kLineBytesMax + 1)));
    in_long_line_ = end == nullptr && available() > kLineBytesMax;
    if (end == nullptr && !in_long_line_ && !ended_) {
      HEAPREEL_TRY(refill());
      continue;
    }
    if (available() == 0) return false;
    size_t length = end != nullptr ? static_cast<size_t>(end - begin) : std::min(available(), kLineBytesMax);
    consume(length + (end != nullptr ? 1 : 0));
    if (length > 0 && begin[length - 1] == '\r' && !in_long_line_) --length;
    line = {.text = {begin, length}, .number = ++lines_, .too_long = in_long_line_};
    return true;
  }
}

// False if the trace ends in it.
base::Result<bool> Input::skip_rest_of_line() {
  for (;;) {
    const auto* begin = window_.data() + at_;
    const auto* end = static_cast<const uint8_t*>(std::memchr(begin, '\n', available()));
    consume(end != nullptr ? static_cast<size_t>(end - begin) + 1 : available());
    in_long_line_ = end == nullptr;
    if (!in_long_line_) return true;
    if (ended_) return false;
    HEAPREEL_TRY(refill());
  }
}

base::Result<base::Bytes> Input::next_bytes(size_t bytes) {
  if (!ended_ && available() < bytes) HEAPREEL_TRY(refill());
  const base::Bytes piece(window_.data() + at_, std::min(available(), bytes));
  consume(piece.size());
  return piece;
}

}  // namespace heapreel::importers
