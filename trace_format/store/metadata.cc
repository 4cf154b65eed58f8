// The functions of metadata.h.
#include "trace_format/store/metadata.h"

#include <algorithm>
#include <fmt/format.h>
#include <google/protobuf/stubs/logging.h>

#include "trace_format/wire/limits.h"

namespace heapreel::reel {
namespace {

// `bytes_left` is what all messages to come may hold together; one that is too large is not even expanded.
base::Status merge_block(const ReelFile& file, const BlockEntry& entry, BodyUnpacker& columns, uint64_t& bytes_left,
                         ReelMetadata& into) {
  const auto header = file.read_header(entry);
  if (!header) return base::fail(header.error());
  HEAPREEL_TRY(require_known_layout(*header));
  base::Buffer body;
  HEAPREEL_TRY(file.read_body(entry, *header, body));
  HEAPREEL_TRY(columns.unpack(header->columns, body, 1, std::min(limits::kMetadataBytes, bytes_left) + kValuePadding));
  const base::Bytes message = columns.column(0);
  bytes_left -= message.size();
  google::protobuf::MessageLite& target =
      entry.type == BlockType::kPrivate ? static_cast<google::protobuf::MessageLite&>(into.confidential) : into.shared;
  const google::protobuf::LogSilencer silencer;  // what is wrong is told by our own errors, not on stderr
  const std::unique_ptr<google::protobuf::MessageLite> parsed(target.New());
  if (!parsed->ParseFromArray(message.data(), static_cast<int>(message.size())))
    return base::bad_input("damaged metadata", "it is not a message of this kind", entry.offset);
  target.CheckTypeAndMergeFrom(*parsed);
  return {};
}

}  // namespace

base::Result<ReelMetadata> read_metadata(const ReelFile& file) {
  ReelMetadata metadata;
  BodyUnpacker columns;
  uint64_t bytes_left = limits::kMetadataBytesAll;
  for (const BlockEntry& entry : file.blocks()) {
    if (entry.type != BlockType::kMetadata && entry.type != BlockType::kPrivate) continue;
    if (const auto status = merge_block(file, entry, columns, bytes_left, metadata); !status) {
      if (status.error().code == base::ErrorCode::kIo) return base::fail(status.error());
      metadata.damage.push_back({.offset = entry.offset,
                                 .bytes = sizeof(BlockHeader) + entry.body_bytes,
                                 .events_lost = 0,
                                 .what = fmt::format("{}: {}", status.error().what, status.error().why)});
    }
  }
  return metadata;
}

std::optional<uint32_t> main_thread_of(const ReelMetadata& metadata) {
  for (const proto::Thread& thread : metadata.shared.threads())
    if (thread.main()) return thread.serial();
  for (const proto::ThreadName& thread : metadata.confidential.threads())
    for (const proto::ProcessName& process : metadata.confidential.processes())
      if (thread.kernel_tid() != 0 && thread.kernel_tid() == process.pid()) return thread.serial();
  return std::nullopt;
}

std::string feature_names(const ReelFile& file, uint64_t bits) {
  std::string names;
  uint64_t unnamed = bits;
  if (const auto metadata = read_metadata(file)) {
    for (const proto::Feature& feature : metadata->shared.features()) {
      if (feature.compatible() || feature.bit() > 63 || (unnamed >> feature.bit() & 1) == 0) continue;
      names += fmt::format("{}the feature \"{}\"", names.empty() ? "" : " and ", feature.name());
      unnamed &= ~(uint64_t{1} << feature.bit());
    }
  }
  for (unsigned bit = 0; bit < 64; ++bit)
    if ((unnamed >> bit & 1) != 0) names += fmt::format("{}feature number {}", names.empty() ? "" : " and ", bit);
  return names;
}

}  // namespace heapreel::reel
