// The reader of mlogcol.h.
#include "tools/importers/mlogcol.h"

#include <algorithm>
#include <fmt/format.h>
#include <memory>
#include <zstd.h>

namespace heapreel::importers {
namespace {

constexpr uint64_t kFileBytesMax = uint64_t{4} << 30;
constexpr uint64_t kExpandedBytesMax = uint64_t{32} << 30;
// Real recordings shrink to a tenth or so; a file that expands beyond this is a bomb.
constexpr uint64_t kExpansionMax = 1000;
constexpr uint64_t kExpandedBytesAlways = 64U << 20;
constexpr std::string_view kMagic = "MLOGCOL1";

enum : size_t { kOp, kAlign, kThread, kStart, kDuration, kSize, kAddress, kOld, kCaller };

bool has_magic(const base::Buffer& bytes) {
  return bytes.size() >= kMagic.size() && std::equal(kMagic.begin(), kMagic.end(), bytes.begin());
}

// Decompresses in steps, so that a small file that claims to be huge costs only what it really expands to.
base::Result<base::Buffer> decompress(const base::Buffer& packed, const std::string& what) {
  const std::unique_ptr<ZSTD_DCtx, size_t (*)(ZSTD_DCtx*)> context(ZSTD_createDCtx(), ZSTD_freeDCtx);
  base::Buffer out;
  ZSTD_inBuffer input{packed.data(), packed.size(), 0};
  const uint64_t bytes_max =
      std::clamp<uint64_t>(packed.size() * kExpansionMax, kExpandedBytesAlways, kExpandedBytesMax);
  size_t left = 1;
  while (input.pos < input.size || left != 0) {
    const size_t at = out.size();
    out.resize(std::max<size_t>(at * 2, 1U << 20));
    ZSTD_outBuffer output{out.data(), out.size(), at};
    left = ZSTD_decompressStream(context.get(), &output, &input);
    if (ZSTD_isError(left)) {
      const bool never_was = at == 0 && input.pos == 0;
      return base::bad_input(what, never_was ? "it is not an MLOGCOL recording" : ZSTD_getErrorName(left), input.pos);
    }
    const bool filled = output.pos == output.size;
    out.resize(output.pos);
    if (out.size() > bytes_max) return base::over_limit(what, fmt::format("it expands beyond {} bytes", bytes_max));
    if (input.pos == input.size && left != 0 && !filled) return base::bad_input(what, "the file is cut off", input.pos);
  }
  return out;
}

reel::Op op_of(uint64_t code) {
  constexpr std::array kOps = {reel::Op::kMalloc, reel::Op::kFree, reel::Op::kCalloc, reel::Op::kRealloc,
                               reel::Op::kMemalign};
  return code < kOps.size() ? kOps[code] : reel::Op::kNone;
}

}  // namespace

base::Result<MlogcolReader> MlogcolReader::open(const std::string& path) {
  const std::string what = fmt::format("cannot import {}", path);
  auto packed = base::read_file(path, kFileBytesMax);
  if (!packed) return base::fail(std::move(packed).error());
  auto bytes = has_magic(*packed) ? std::move(packed) : decompress(*packed, what);
  if (!bytes) return base::fail(std::move(bytes).error());
  MlogcolReader reader;
  reader.bytes_ = std::move(*bytes);
  const base::Buffer& all = reader.bytes_;
  if (all.size() < 24 || !has_magic(all)) return base::bad_input(what, "it is not an MLOGCOL recording", 0);
  reader.events_ = base::load_le<uint64_t>(all.data() + 8);
  uint64_t at = 24;
  for (Column& column : reader.columns_) {
    if (all.size() - at < 8) return base::bad_input(what, "a column is missing", at);
    const uint64_t length = base::load_le<uint64_t>(all.data() + at);
    at += 8;
    if (length > all.size() - at || length < reader.events_) return base::bad_input(what, "a column is cut off", at);
    column = {all.data() + at, all.data() + at + length, 0};
    at += length;
  }
  return reader;
}

bool MlogcolReader::Column::step() {
  uint64_t step = 0;
  for (unsigned shift = 0; shift < 64 && next != end; shift += 7) {
    const uint8_t byte = *next++;
    step |= uint64_t{byte & 0x7FU} << shift;
    if (byte < 0x80) {
      value += static_cast<uint64_t>(base::unzigzag(step));
      return true;
    }
  }
  return false;
}

bool MlogcolReader::fail(std::string why, uint64_t offset) {
  status_ = base::bad_input("cannot import the recording", std::move(why), offset);
  return false;
}

bool MlogcolReader::step_all() {
  for (Column& column : columns_)
    if (!column.step())
      return fail(fmt::format("a column ends at event {}", done_), static_cast<uint64_t>(column.next - bytes_.data()));
  return true;
}

bool MlogcolReader::next(reel::Event& event) {
  if (done_ == events_ || !status_ || !step_all()) return false;
  const reel::Op op = op_of(columns_[kOp].value);
  const uint64_t thread = columns_[kThread].value;
  if (op == reel::Op::kNone || thread >= (1U << 24) || columns_[kAlign].value > 63)
    return fail(fmt::format("event {} makes no sense", done_));
  const bool frees = op == reel::Op::kFree;
  const bool reallocates = op == reel::Op::kRealloc;
  const uint64_t address = columns_[kAddress].value;
  const uint64_t old_address = reallocates ? columns_[kOld].value : 0;
  event = {};
  event.op = op;
  event.thread = static_cast<uint32_t>(thread);
  event.size = frees ? 0 : columns_[kSize].value;
  event.object = address;
  event.old_object = old_address;
  event.align_log2 = op == reel::Op::kMemalign ? static_cast<uint8_t>(columns_[kAlign].value) : uint8_t{0};
  event.duration = static_cast<uint32_t>(std::min<uint64_t>(columns_[kDuration].value, ~uint32_t{0}));
  event.time = columns_[kStart].value + (frees ? 0 : columns_[kDuration].value);
  const bool freed_by_size_0 = reallocates && old_address != 0 && event.size == 0;  // glibc, and C before C23
  if (!frees && address == 0) event.flags |= freed_by_size_0 ? reel::kNoResult : reel::kFailed;
  if (reallocates && old_address == 0) event.flags |= reel::kNullOld;
  if (reallocates && old_address != 0 && address != 0 && address != old_address) event.flags |= reel::kMoved;
  ++done_;
  return true;
}

}  // namespace heapreel::importers
