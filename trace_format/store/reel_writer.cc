// The writer of reel_writer.h.
#include "trace_format/store/reel_writer.h"

#include <random>

#include "trace_format/base/hash.h"
#include "trace_format/wire/limits.h"
#include "trace_format/wire/reel.pb.h"

namespace heapreel::reel {
namespace {

constexpr int kMetadataLevel = 9;

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

// The span of a block, as a reader will see the times: on the grid of the quantum. Durations reach back from an
// allocation and forward from a free.
void set_times(BlockHeader& header, std::span<const Event> events, const BlockParams& params) {
  if (events.empty()) return;
  const uint64_t quantum = params.time_quantum;
  const bool reaches = params.naming == Naming::kAddress || params.durations != Durations::kNone;
  uint64_t first = ~uint64_t{0};
  uint64_t last = 0;
  for (const Event& event : events) {
    const uint64_t duration = reaches ? event.duration : 0;
    const uint64_t time = event.time - event.time % quantum;
    const bool reaches_back = traits(event.op).allocates;
    first = std::min(first, reaches_back ? time - std::min(time, duration) : time);
    last = std::max(last, reaches_back ? time : time + std::min(~time, duration));
  }
  header.first_time = first;
  header.last_time = last;
}

}  // namespace

PackedBlock pack_events(const EventEncoder& encoder, std::span<const Event> events, BodyPacker& packer) {
  packer.clear();
  for (unsigned id = 0; id < kColumnIds; ++id) packer.add(static_cast<uint8_t>(id), encoder.column(id));
  const bool by_address = encoder.params().naming == Naming::kAddress;
  PackedBlock block;
  block.header.type = by_address ? BlockType::kCapture : BlockType::kPacked;
  block.header.events = static_cast<uint32_t>(events.size());
  block.header.thread = by_address && !events.empty() ? events.front().thread : 0;
  set_times(block.header, events, encoder.params());
  const base::Bytes body = packer.finish();
  block.header.columns = packer.columns();
  block.body.assign(body.begin(), body.end());
  return block;
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

base::Status ReelWriter::append(PackedBlock block) {
  if (block.body.size() > limits::kBlockBodyBytes)
    return base::over_limit("cannot write a block", "it is larger than a reader would accept");
  block.header.body_bytes = static_cast<uint32_t>(block.body.size());
  block.header.tag = base::load_le<uint32_t>(header_.id.data());
  block.header.sequence = entries_.size();
  block.header.body_hash = base::xxh64(block.body);
  entries_.push_back(entry_of(block.header, out_.written()));
  if (entries_.back().holds_events()) events_ += block.header.events;
  HEAPREEL_TRY(out_.write(sealed(block.header)));
  return out_.write(block.body);
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
  PackedBlock block;
  block.header.type = type;
  const base::Bytes body = packer.finish();
  block.header.columns = packer.columns();
  block.body.assign(body.begin(), body.end());
  return append(std::move(block));
}

base::Status ReelWriter::finish() {
  const uint64_t index_offset = out_.written();
  BodyPacker packer(kMetadataLevel);
  encode_index(entries_, packer);
  PackedBlock block;
  block.header.type = BlockType::kIndex;
  const base::Bytes body = packer.finish();
  block.header.columns = packer.columns();
  block.body.assign(body.begin(), body.end());
  HEAPREEL_TRY(append(std::move(block)));
  Trailer trailer;
  trailer.index_offset = index_offset;
  trailer.file_bytes = out_.written() + sizeof trailer;
  HEAPREEL_TRY(out_.write(sealed(trailer)));
  return out_.commit();
}

}  // namespace heapreel::reel
