// Decompression in pieces: gzip and deflate by zlib, zstd by libzstd.
#include <fmt/format.h>
#include <zlib.h>
#include <zstd.h>

#include "tools/importers/input/byte_source.h"

namespace heapreel::importers {
namespace {

constexpr size_t kPackedBytes = size_t{64} << 10;
constexpr std::string_view kDamagedHint = "the file is damaged: copy it again from where it was made";

tl::unexpected<base::Error> damaged(const std::string& what, std::string why) {
  return base::fail(
      {.code = base::ErrorCode::kBadInput, .what = what, .why = std::move(why), .hint = std::string(kDamagedHint)});
}

// The packed bytes, a buffer at a time.
class PackedInput {
 public:
  explicit PackedInput(std::unique_ptr<ByteSource> source) : source_(std::move(source)), buffer_(kPackedBytes) {}

  // Gets more if all was used. Afterwards nothing is left only at the end.
  base::Status fill() {
    if (used < held) return {};
    const auto got = source_->read(buffer_);
    if (!got) return base::fail(got.error());
    used = 0;
    held = *got;
    read += *got;
    return {};
  }
  uint8_t* next() { return buffer_.data() + used; }
  size_t left() const { return held - used; }

  size_t used = 0;
  size_t held = 0;
  uint64_t read = 0;  // in all

 private:
  std::unique_ptr<ByteSource> source_;
  base::Buffer buffer_;
};

constexpr int kGzipWindow = 15 + 16;  // the largest, with gzip's header and trailer
constexpr int kBareWindow = -15;

class InflateSource final : public ByteSource {
 public:
  InflateSource(std::unique_ptr<ByteSource> packed, std::string what, bool is_gzip)
      : in_(std::move(packed)), what_(std::move(what)), is_gzip_(is_gzip) {
    works_ = inflateInit2(&stream_, is_gzip_ ? kGzipWindow : kBareWindow) == Z_OK;
  }
  InflateSource(const InflateSource&) = delete;
  InflateSource& operator=(const InflateSource&) = delete;
  ~InflateSource() override { inflateEnd(&stream_); }

  base::Result<size_t> read(std::span<uint8_t> into) override {
    if (!works_) return damaged(what_, "zlib refuses to work");
    stream_.next_out = into.data();
    stream_.avail_out = static_cast<uInt>(into.size());
    while (stream_.avail_out > 0 && !ended_) HEAPREEL_TRY(step());
    return into.size() - stream_.avail_out;
  }

 private:
  base::Status step() {
    HEAPREEL_TRY(in_.fill());
    if (in_.left() == 0) return between_members() ? end() : damaged(what_, "the compressed data is cut off");
    stream_.next_in = in_.next();
    stream_.avail_in = static_cast<uInt>(in_.left());
    const int result = inflate(&stream_, Z_NO_FLUSH);
    in_.used = in_.held - stream_.avail_in;
    if (result == Z_STREAM_END) return is_gzip_ ? next_member() : end();
    in_member_ = true;
    if (result == Z_OK || result == Z_BUF_ERROR) return {};
    return damaged(what_, fmt::format("zlib: {}", stream_.msg != nullptr ? stream_.msg : "bad data"));
  }
  bool between_members() const { return is_gzip_ && !in_member_; }
  base::Status end() {
    ended_ = true;
    return {};
  }
  // A gzip file may be several, one behind the other.
  base::Status next_member() {
    in_member_ = false;
    works_ = inflateReset(&stream_) == Z_OK;
    return works_ ? base::Status{} : damaged(what_, "zlib refuses to work");
  }

  PackedInput in_;
  std::string what_;
  z_stream stream_{};
  bool is_gzip_;
  bool works_ = false;
  bool in_member_ = false;
  bool ended_ = false;
};

class CheckedSource final : public ByteSource {
 public:
  CheckedSource(std::unique_ptr<ByteSource> source, std::string what, uint64_t bytes, uint32_t crc)
      : source_(std::move(source)), what_(std::move(what)), bytes_(bytes), crc_wanted_(crc) {}

  base::Result<size_t> read(std::span<uint8_t> into) override {
    const auto got = source_->read(into);
    if (!got) return got;
    done_ += *got;
    crc_ = static_cast<uint32_t>(crc32(crc_, into.data(), static_cast<uInt>(*got)));
    const bool ended = *got < into.size();
    if (done_ > bytes_ || (ended && (done_ != bytes_ || crc_ != crc_wanted_)))
      return damaged(what_, "its checksum does not hold");
    return got;
  }

 private:
  std::unique_ptr<ByteSource> source_;
  std::string what_;
  uint64_t bytes_;
  uint64_t done_ = 0;
  uint32_t crc_ = 0;
  uint32_t crc_wanted_;
};

class ZstdSource final : public ByteSource {
 public:
  ZstdSource(std::unique_ptr<ByteSource> packed, std::string what)
      : in_(std::move(packed)), what_(std::move(what)), context_(ZSTD_createDCtx(), ZSTD_freeDCtx) {}

  base::Result<size_t> read(std::span<uint8_t> into) override {
    ZSTD_outBuffer output{into.data(), into.size(), 0};
    while (output.pos < output.size) {
      HEAPREEL_TRY(in_.fill());
      // With nothing left to read, what the decompressor still holds comes out.
      ZSTD_inBuffer input{in_.next(), in_.left(), 0};
      const size_t before = output.pos;
      if (input.size == 0 && frame_left_ == 0) break;
      frame_left_ = ZSTD_decompressStream(context_.get(), &output, &input);
      in_.used += input.pos;
      if (ZSTD_isError(frame_left_) != 0)
        return damaged(what_, fmt::format("zstd: {}", ZSTD_getErrorName(frame_left_)));
      if (input.size == 0 && output.pos == before) return damaged(what_, "the compressed data is cut off");
    }
    out_bytes_ += output.pos;
    if (out_bytes_ > kExpandedBytesAlways && out_bytes_ / kExpansionMax > in_.read)
      return base::fail({.code = base::ErrorCode::kLimit,
                         .what = what_,
                         .why = fmt::format("it expands to more than {} times its size", kExpansionMax),
                         .hint = "if it is no mistake, expand it with `zstd -d` first"});
    return output.pos;
  }

 private:
  // Traces shrink to a twentieth or so, very repetitive ones to a hundredth; beyond this it is a bomb.
  static constexpr uint64_t kExpansionMax = 2000;
  static constexpr uint64_t kExpandedBytesAlways = 64U << 20;

  PackedInput in_;
  std::string what_;
  std::unique_ptr<ZSTD_DCtx, size_t (*)(ZSTD_DCtx*)> context_;
  size_t frame_left_ = 0;
  uint64_t out_bytes_ = 0;
};

}  // namespace

std::unique_ptr<ByteSource> expand_gzip(std::unique_ptr<ByteSource> packed, std::string what) {
  return std::make_unique<InflateSource>(std::move(packed), std::move(what), true);
}

std::unique_ptr<ByteSource> expand_deflate(std::unique_ptr<ByteSource> packed, std::string what) {
  return std::make_unique<InflateSource>(std::move(packed), std::move(what), false);
}

std::unique_ptr<ByteSource> check_sum(std::unique_ptr<ByteSource> source, std::string what, uint64_t bytes,
                                      uint32_t crc32) {
  return std::make_unique<CheckedSource>(std::move(source), std::move(what), bytes, crc32);
}

std::unique_ptr<ByteSource> expand_zstd(std::unique_ptr<ByteSource> packed, std::string what) {
  return std::make_unique<ZstdSource>(std::move(packed), std::move(what));
}

}  // namespace heapreel::importers
