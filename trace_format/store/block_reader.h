// Reads single blocks of events: header, checksum, columns, events. One reader per thread; it keeps its buffers.
#pragma once

#include "trace_format/codec/event_decoder.h"
#include "trace_format/codec/plain_decoder.h"
#include "trace_format/store/reel_file.h"

namespace heapreel::reel {

// Decodes a body whose hash has been checked.
class BlockDecoder {
 public:
  base::Status decode(const BlockHeader& header, base::Bytes body, EventBlock& into);

 private:
  BodyUnpacker columns_;
  EventDecoder decoder_;
  PlainDecoder plain_decoder_;
};

class BlockReader {
 public:
  explicit BlockReader(const ReelFile& file) : file_(&file) {}

  // Decodes the events of a block that holds some. The error carries the block's offset in the file.
  base::Status read(const BlockEntry& entry, EventBlock& into);

 private:
  base::Status decode(const BlockEntry& entry, EventBlock& into);

  const ReelFile* file_;
  base::Buffer body_;
  BlockDecoder decoder_;
};

}  // namespace heapreel::reel
