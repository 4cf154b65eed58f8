// Decodes blocks of a reel on a worker pool, with readers and event buffers that are used again and again.
//
// Memory: as many event buffers exist as are handed out or under way at once. The decoder must outlive them.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "trace_format/base/worker_pool.h"
#include "trace_format/store/block_reader.h"

namespace heapreel::reel {

class ParallelDecoder {
 public:
  ParallelDecoder(const ReelFile& file, base::WorkerPool& pool) : file_(&file), pool_(&pool) {}

  // Gives an EventBlock back to its decoder.
  struct Return {
    ParallelDecoder* decoder = nullptr;
    void operator()(EventBlock* block) const { decoder->blocks_.give(std::unique_ptr<EventBlock>(block)); }
  };
  using BlockPtr = std::unique_ptr<EventBlock, Return>;
  using Future = std::future<base::Result<BlockPtr>>;

  Future submit(const BlockEntry& entry) {
    return pool_->submit([this, entry] { return decode(entry); });
  }
  base::Result<BlockPtr> decode(const BlockEntry& entry);
  unsigned threads() const { return pool_->threads(); }

 private:
  // Spare objects of one type.
  template <class Spare>
  class Shelf {
   public:
    std::unique_ptr<Spare> take() {
      const std::lock_guard lock(mutex_);
      if (spares_.empty()) return nullptr;
      auto spare = std::move(spares_.back());
      spares_.pop_back();
      return spare;
    }
    void give(std::unique_ptr<Spare> spare) {
      const std::lock_guard lock(mutex_);
      spares_.push_back(std::move(spare));
    }

   private:
    std::mutex mutex_;
    std::vector<std::unique_ptr<Spare>> spares_;
  };

  const ReelFile* file_;
  base::WorkerPool* pool_;
  Shelf<BlockReader> readers_;
  Shelf<EventBlock> blocks_;
};

}  // namespace heapreel::reel
