// Where finished blocks go: into a file (reel_writer.h), or into memory until it is known whether they are kept.
#pragma once

#include "trace_format/base/bytes.h"
#include "trace_format/base/result.h"
#include "trace_format/wire/wire.h"

namespace heapreel::reel {

class BlockSink {
 public:
  virtual ~BlockSink() = default;
  // Takes a block; what only its place in the file tells need not be in the header. The body is the caller's.
  virtual base::Status append(BlockHeader header, base::Bytes body) = 0;

 protected:
  BlockSink() = default;
  BlockSink(BlockSink&&) = default;
  BlockSink& operator=(BlockSink&&) = default;
};

}  // namespace heapreel::reel
