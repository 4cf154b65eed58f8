// Text as the packed files that imports read: .gz, .zst, .zip, the last one with all that can be strange about it.
#pragma once

#include <string>
#include <zlib.h>
#include <zstd.h>

#include "trace_format/base/bytes.h"

namespace heapreel::tests {

// By zlib; `window` as deflateInit2 takes it: 15 + 16 is gzip, -15 is bare.
inline base::Buffer deflated(const std::string& text, int window) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY);
  base::Buffer out(deflateBound(&stream, text.size()) + 64);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = out.data();
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

inline base::Buffer gzipped(const std::string& text) { return deflated(text, 15 + 16); }

inline base::Buffer zstd_of(const std::string& text) {
  base::Buffer frame(ZSTD_compressBound(text.size()));
  frame.resize(ZSTD_compress(frame.data(), frame.size(), text.data(), text.size(), 3));
  return frame;
}

struct ZipOptions {
  bool store = false;
  bool zip64 = false;
  bool folder = false;  // an entry of a folder comes first
  bool encrypted = false;
  int files = 1;
  uint16_t method = 0;  // said to be; 0: the true one
  std::string comment{};
};

class ZipMaker {
 public:
  explicit ZipMaker(const ZipOptions& options) : options_(options) {}

  base::Buffer make(const std::string& text) {
    if (options_.folder) add("folder/", "");
    for (int i = 0; i < options_.files; ++i) add("trace" + std::to_string(i) + ".txt", text);
    const uint64_t directory = out_.size();
    base::append(out_, directory_);
    if (options_.zip64) put_end64(directory);
    put(out_, uint32_t{0x06054B50});
    for (int i = 0; i < 2; ++i) put(out_, uint16_t{0});
    for (int i = 0; i < 2; ++i) put(out_, static_cast<uint16_t>(entries_));
    put(out_, options_.zip64 ? ~uint32_t{0} : static_cast<uint32_t>(directory_.size()));
    put(out_, options_.zip64 ? ~uint32_t{0} : static_cast<uint32_t>(directory));
    put(out_, static_cast<uint16_t>(options_.comment.size()));
    put_text(out_, options_.comment);
    return std::move(out_);
  }

 private:
  template <class Number>
  static void put(base::Buffer& to, Number value) {
    base::append(to, base::as_bytes(&value, sizeof value));
  }
  static void put_text(base::Buffer& to, const std::string& text) {
    base::append(to, base::as_bytes(text.data(), text.size()));
  }

  void add(const std::string& name, const std::string& text) {
    const base::Buffer data = options_.store ? base::Buffer(text.begin(), text.end()) : deflated(text, -15);
    const auto true_method = static_cast<uint16_t>(options_.store ? 0 : 8);
    const uint16_t method = options_.method != 0 ? options_.method : true_method;
    const auto crc =
        static_cast<uint32_t>(crc32(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size())));
    const uint64_t offset = out_.size();
    put(out_, uint32_t{0x04034B50});
    put_common(out_, method, crc, data.size(), text.size(), name);
    put(out_, uint16_t{0});
    put_text(out_, name);
    base::append(out_, data);

    put(directory_, uint32_t{0x02014B50});
    put(directory_, uint16_t{45});
    put_common(directory_, method, crc, options_.zip64 ? ~uint32_t{0} : data.size(),
               options_.zip64 ? ~uint32_t{0} : text.size(), name);
    put(directory_, static_cast<uint16_t>(options_.zip64 ? 28 : 0));
    for (int i = 0; i < 3; ++i) put(directory_, uint16_t{0});
    put(directory_, uint32_t{0});
    put(directory_, options_.zip64 ? ~uint32_t{0} : static_cast<uint32_t>(offset));
    put_text(directory_, name);
    if (options_.zip64) {
      put(directory_, uint16_t{1});
      put(directory_, uint16_t{24});
      for (const uint64_t number : {uint64_t{text.size()}, uint64_t{data.size()}, offset}) put(directory_, number);
    }
    ++entries_;
  }

  // From the version to the length of the name, which both headers have.
  void put_common(base::Buffer& to, uint16_t method, uint32_t crc, uint64_t packed, uint64_t bytes,
                  const std::string& name) const {
    put(to, uint16_t{45});
    put(to, static_cast<uint16_t>(options_.encrypted ? 1 : 0));
    put(to, method);
    put(to, uint32_t{0});
    put(to, crc);
    put(to, static_cast<uint32_t>(packed));
    put(to, static_cast<uint32_t>(bytes));
    put(to, static_cast<uint16_t>(name.size()));
  }

  void put_end64(uint64_t directory) {
    const uint64_t record = out_.size();
    put(out_, uint32_t{0x06064B50});
    put(out_, uint64_t{44});
    put(out_, uint32_t{0});
    put(out_, uint64_t{0});
    for (int i = 0; i < 2; ++i) put(out_, uint64_t{1});
    put(out_, uint64_t{directory_.size()});
    put(out_, directory);
    put(out_, uint32_t{0x07064B50});
    put(out_, uint32_t{0});
    put(out_, record);
    put(out_, uint32_t{1});
  }

  ZipOptions options_;
  base::Buffer out_;
  base::Buffer directory_;
  int entries_ = 0;
};

inline base::Buffer zipped(const std::string& text, const ZipOptions& options = {}) {
  return ZipMaker(options).make(text);
}

}  // namespace heapreel::tests
