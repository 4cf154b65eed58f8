// The decoder of parallel_decoder.h.
#include "trace_format/store/parallel_decoder.h"

namespace heapreel::reel {

base::Result<ParallelDecoder::BlockPtr> ParallelDecoder::decode(const BlockEntry& entry) {
  auto reader = readers_.take();
  if (!reader) reader = std::make_unique<BlockReader>(*file_);
  auto block = blocks_.take();
  if (!block) block = std::make_unique<EventBlock>();
  auto status = reader->read(entry, *block);
  readers_.give(std::move(reader));
  BlockPtr result(block.release(), Return{this});
  if (!status) return base::fail(std::move(status).error());
  return result;
}

}  // namespace heapreel::reel
