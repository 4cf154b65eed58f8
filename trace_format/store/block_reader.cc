// The reader of block_reader.h.
#include "trace_format/store/block_reader.h"

#include "trace_format/wire/limits.h"

namespace heapreel::reel {

base::Status BlockReader::read(const BlockEntry& entry, EventBlock& into) {
  auto status = decode(entry, into);
  if (!status && status.error().code != base::ErrorCode::kIo) {
    base::Error error = std::move(status).error();
    error.offset = entry.offset;
    return base::fail(std::move(error));
  }
  return status;
}

base::Status BlockReader::decode(const BlockEntry& entry, EventBlock& into) {
  const auto header = file_->read_header(entry);
  if (!header) return base::fail(header.error());
  HEAPREEL_TRY(require_known_layout(*header));
  HEAPREEL_TRY(file_->read_body(entry, *header, body_));
  return decoder_.decode(*header, body_, into);
}

base::Status BlockDecoder::decode(const BlockHeader& header, base::Bytes body, EventBlock& into) {
  HEAPREEL_TRY(columns_.unpack(header.columns, body, kColumnIds, limits::event_columns_bytes(header.events)));
  ColumnBytes columns;
  for (unsigned id = 0; id < kColumnIds; ++id) columns[id] = columns_.column(id);
  const bool plain = header.type == BlockType::kPlain;
  HEAPREEL_TRY(plain ? plain_decoder_.decode(columns, into) : decoder_.decode(columns, into));
  const bool by_address = into.params.naming == Naming::kAddress;
  if (into.params.events != header.events || by_address != is_capture(header.type))
    return base::bad_input("damaged block", "its header and its events disagree");
  if (by_address && (into.params.lanes > 1 || (into.params.lanes == 1 && into.threads[0] != header.thread)))
    return base::bad_input("damaged block", "a capture block of more than one thread");
  return {};
}

}  // namespace heapreel::reel
