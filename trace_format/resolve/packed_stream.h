// The stream over a packed reel: blocks are decoded ahead on the pool and handed out in order.
#pragma once

#include <deque>

#include "trace_format/resolve/event_stream.h"
#include "trace_format/store/parallel_decoder.h"

namespace heapreel::reel {

class PackedStream final : public EventStream {
 public:
  PackedStream(const ReelFile& file, base::WorkerPool& pool, const StreamOptions& options);

  ~PackedStream() override {
    for (Ahead& ahead : ahead_) base::abandon(ahead.ready);
  }

  base::Result<bool> next(EventBatch& batch) override;

 private:
  // A decoded block and what was made of it.
  struct Ready {
    ParallelDecoder::BlockPtr block;
    std::shared_ptr<void> work;
  };
  struct Ahead {
    const BlockEntry* entry;
    std::future<base::Result<Ready>> ready;
  };

  base::Result<Ready> make_ready(const BlockEntry& entry);
  static EventBatch batch_of(const EventBlock& block, const BlockEntry& entry);
  void fill();
  // Whether the block continues the numbering; a block that names births again is no part of this record.
  bool continues(const EventBlock& block) const { return block.params.first_object >= next_object_; }

  StreamOptions options_;
  base::WorkerPool* pool_;
  ParallelDecoder decoder_;
  std::vector<const BlockEntry*> entries_;
  size_t next_entry_ = 0;
  std::deque<Ahead> ahead_;
  ParallelDecoder::BlockPtr current_;
  uint64_t next_object_ = 1;
};

}  // namespace heapreel::reel
