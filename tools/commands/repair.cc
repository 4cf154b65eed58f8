// `heapreel check --repair`: readable blocks go to the new reel as they are; only their place in it is new.
#include "tools/commands/check.h"
#include "trace_format/store/block_reader.h"
#include "trace_format/store/reel_writer.h"

namespace heapreel::commands {
namespace {

using reel::BlockType;

bool is_metadata(BlockType type) { return type == BlockType::kMetadata || type == BlockType::kPrivate; }

// Copies one block if it can be read to the last event; otherwise says why not.
class Copier {
 public:
  Copier(const reel::ReelFile& file, reel::ReelWriter& writer) : file_(file), writer_(writer), reader_(file) {}

  base::Status copy(const reel::BlockEntry& entry) {
    const auto header = file_.read_header(entry);
    if (!header) return base::fail(header.error());
    HEAPREEL_TRY(file_.read_body(entry, *header, body_));
    if (entry.holds_events()) HEAPREEL_TRY(reader_.read(entry, scratch_));
    if (is_metadata(entry.type)) HEAPREEL_TRY(columns_.unpack(header->columns, body_, 1, block_bytes_max_));
    return writer_.append(*header, body_);
  }

 private:
  static constexpr uint64_t block_bytes_max_ = uint64_t{16} << 20;

  const reel::ReelFile& file_;
  reel::ReelWriter& writer_;
  reel::BlockReader reader_;
  reel::BodyUnpacker columns_;
  base::Buffer body_;
  reel::EventBlock scratch_;
};

void add_loss(reel::proto::Metadata& tail, uint64_t events, const std::string& why) {
  reel::proto::Loss& loss = *tail.add_losses();
  loss.set_events(events);
  loss.set_reason("left out by repair: " + why);
}

}  // namespace

base::Status repair(const ReelSession& session, const std::string& output, bool overwrite) {
  const auto left = reel::summarize(session.file, *session.pool);
  if (!left) return base::fail(left.error());
  auto writer = reel::ReelWriter::create(output, overwrite);
  if (!writer) return base::fail(std::move(writer).error());
  Copier copier(session.file, *writer);
  reel::proto::Metadata tail;
  for (const reel::Damage& damage : session.file.damage())
    if (damage.events_lost > 0) add_loss(tail, damage.events_lost, damage.what);
  for (const reel::BlockEntry& entry : session.file.blocks()) {
    const auto status = copier.copy(entry);
    if (status) continue;
    if (status.error().code == base::ErrorCode::kIo) return status;
    if (entry.holds_events()) add_loss(tail, entry.events, status.error().why);
  }
  const reel::proto::Ending& ending = session.metadata.shared.ending();
  tail.mutable_ending()->set_events(left->counts.events);
  if (!session.captured()) tail.mutable_ending()->set_content_id(left->content_id.data(), left->content_id.size());
  reel::proto::Step& step = *tail.add_provenance();
  step.set_what("repair");
  step.set_parent_content_id(ending.content_id());
  HEAPREEL_TRY(writer->append(tail));
  return writer->finish();
}

}  // namespace heapreel::commands
