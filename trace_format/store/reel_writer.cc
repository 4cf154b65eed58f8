// The writer of reel_writer.h.
#include "trace_format/store/reel_writer.h"

#include <random>

#include "trace_format/base/hash.h"
#include "trace_format/wire/limits.h"
#include "trace_format/wire/reel.pb.h"

namespace heapreel::reel {
namespace {

constexpr int kMetadataLevel = 9;
constexpr uint64_t kEndBytes = 256 << 10;
constexpr uint64_t kIndexBytesEach = 64;  // more than a block takes there

ReelWriter::Id random_id() {
  std::random_device source;
  ReelWriter::Id id;
  for (uint8_t& byte : id) byte = static_cast<uint8_t>(source());
  return id;
}

template <class Fixed>
base::Bytes sealed(Fixed& fixed) {
  const base::Bytes bytes = base::as_bytes(&fixed, sizeof fixed);
  fixed.hash = base::xxh64(bytes.first(sizeof fixed - sizeof fixed.hash));
  return bytes;
}

template <class Encoder>
BlockHeader pack_columns(const Encoder& encoder, BlockType type, std::span<const Event> events, BodyPacker& packer) {
  packer.clear();
  for (unsigned id = 0; id < kColumnIds; ++id)
    packer.add(static_cast<uint8_t>(id), encoder.column(id), is_optional(id) ? kOptionalColumn : 0);
  BlockHeader header;
  header.type = type;
  header.columns = packer.columns();
  header.events = static_cast<uint32_t>(events.size());
  header.thread = is_capture(type) && !events.empty() ? events.front().thread : 0;
  header.first_time = encoder.span().first_time;
  header.last_time = encoder.span().last_time;
  return header;
}

}  // namespace

BlockHeader pack_events(const EventEncoder& encoder, std::span<const Event> events, BodyPacker& packer) {
  const bool by_address = encoder.params().naming == Naming::kAddress;
  return pack_columns(encoder, by_address ? BlockType::kCapture : BlockType::kPacked, events, packer);
}

BlockHeader pack_events(const PlainEncoder& encoder, std::span<const Event> events, BodyPacker& packer) {
  return pack_columns(encoder, BlockType::kPlain, events, packer);
}

base::Result<ReelWriter> ReelWriter::create(const std::string& path, bool overwrite) {
  return create(path, overwrite, random_id());
}

base::Result<ReelWriter> ReelWriter::create(const std::string& path, bool overwrite, const Id& id) {
  auto out = base::OutputFile::create(path, overwrite);
  if (!out) return base::fail(std::move(out).error());
  ReelWriter writer(std::move(*out));
  writer.header_.id = id;
  HEAPREEL_TRY(writer.out_.write(sealed(writer.header_)));
  return writer;
}

base::Status ReelWriter::append(BlockHeader header, base::Bytes body) {
  if (body.size() > limits::kBlockBodyBytes)
    return base::over_limit("cannot write a block", "it is larger than a reader would accept");
  if (reserves_ && (is_capture(header.type) || header.type == BlockType::kPacked)) {
    const uint64_t end = kEndBytes + kIndexBytesEach * entries_.size();
    HEAPREEL_TRY(out_.reserve(sizeof header + body.size() + end));
  }
  header.body_bytes = static_cast<uint32_t>(body.size());
  header.tag = base::load_le<uint32_t>(header_.id.data());
  header.sequence = entries_.size();
  header.body_hash = base::xxh64(body);
  const uint64_t begin = out_.written();
  base::Status put = out_.write(sealed(header));
  if (put) put = out_.write(body);
  if (!put) {  // half a block is none; a smaller one may still fit
    out_.take_back(begin);
    return put;
  }
  entries_.push_back(entry_of(header, begin));
  if (entries_.back().holds_events()) events_ += header.events;
  return {};
}

base::Status ReelWriter::append(const proto::Metadata& metadata) {
  return append_message(BlockType::kMetadata, metadata.SerializeAsString());
}

base::Status ReelWriter::append(const proto::PrivateMetadata& metadata) {
  return append_message(BlockType::kPrivate, metadata.SerializeAsString());
}

base::Status ReelWriter::append_message(BlockType type, const std::string& message) {
  if (message.empty()) return {};
  BodyPacker packer(kMetadataLevel);
  packer.add(0, base::as_bytes(message.data(), message.size()));
  BlockHeader header;
  header.type = type;
  header.columns = packer.columns();
  return append(header, packer.finish());
}

base::Status ReelWriter::finish() {
  const uint64_t index_offset = out_.written();
  BodyPacker packer(kMetadataLevel);
  encode_index(entries_, packer);
  BlockHeader header;
  header.type = BlockType::kIndex;
  header.columns = packer.columns();
  HEAPREEL_TRY(append(header, packer.finish()));
  Trailer trailer;
  trailer.index_offset = index_offset;
  trailer.file_bytes = out_.written() + sizeof trailer;
  HEAPREEL_TRY(out_.write(sealed(trailer)));
  base::Status named = out_.commit();
  if (named || named.error().code != base::ErrorCode::kExists || second_name_.empty()) return named;
  out_.set_path(second_name_);
  return out_.commit();
}

}  // namespace heapreel::reel
