// Writes a reel: header, blocks in the order given, index, trailer. Twin: reel_file.h.
//
// Blocks are appended and never rewritten, so whatever has been written can be read after an interruption; the file
// gets its final name only in finish(). Bodies may be packed on any thread; the writer itself belongs to one.
#pragma once

#include <string>
#include <vector>

#include "trace_format/base/file.h"
#include "trace_format/codec/event_encoder.h"
#include "trace_format/codec/plain_encoder.h"
#include "trace_format/store/block_body.h"
#include "trace_format/store/block_sink.h"
#include "trace_format/store/index.h"

namespace heapreel::reel::proto {
class Metadata;
class PrivateMetadata;
}  // namespace heapreel::reel::proto

namespace heapreel::reel {

// Packs what an encoder holds: the header of its block. The body is in the packer until its next clear().
BlockHeader pack_events(const EventEncoder& encoder, std::span<const Event> events, BodyPacker& packer);
BlockHeader pack_events(const PlainEncoder& encoder, std::span<const Event> events, BodyPacker& packer);

class ReelWriter final : public BlockSink {
 public:
  using Id = std::array<uint8_t, 16>;

  // Begins a reel under a temporary name beside `path`. Without an id it gets a random one.
  static base::Result<ReelWriter> create(const std::string& path, bool overwrite);
  static base::Result<ReelWriter> create(const std::string& path, bool overwrite, const Id& id);

  // Writes a block; fills in what only its place in the file tells.
  base::Status append(BlockHeader header, base::Bytes body) override;
  base::Status append(const proto::Metadata& metadata);
  base::Status append(const proto::PrivateMetadata& metadata);

  // From here on a block of events is refused where it would leave no room for the metadata and the index that end the
  // reel: a full disk leaves a whole one.
  void reserve_room_for_end() { reserves_ = true; }
  const std::string& part_path() const { return out_.temporary(); }
  // The name it will get, or has got.
  const std::string& path() const { return out_.path(); }
  // If the name is taken when the reel is finished, it gets this one, in the same folder.
  void set_second_name(const std::string& path) { second_name_ = path; }

  // Writes index and trailer and gives the file its name.
  base::Status finish();

  // The reel will get this name instead, in the same folder.
  void set_path(std::string path) { out_.set_path(std::move(path)); }

  const Id& id() const { return header_.id; }
  uint64_t events() const { return events_; }
  uint64_t bytes() const { return out_.written(); }

 private:
  explicit ReelWriter(base::OutputFile out) : out_(std::move(out)) {}
  base::Status append_message(BlockType type, const std::string& message);

  base::OutputFile out_;
  FileHeader header_;
  std::vector<BlockEntry> entries_;
  std::string second_name_{};
  bool reserves_ = false;
  uint64_t events_ = 0;
};

}  // namespace heapreel::reel
