// Encodes and compresses stretches of events on a worker pool, in order out as in.
#pragma once

#include <deque>

#include "trace_format/base/worker_pool.h"
#include "trace_format/pack/pack.h"

namespace heapreel::reel {

// The events that will become one block.
struct Stretch {
  std::vector<Event> events;
  std::vector<uint64_t> addresses;
  uint64_t first_object = 1;
};

// A block ready to be written, still without a place in a file.
struct PackedBlock {
  BlockHeader header;
  base::Buffer body;
  bool exact = true;  // else its addresses cannot be told
};

class BlockMaker {
 public:
  BlockMaker(base::WorkerPool& pool, const EncoderOptions& encoding, int level)
      : pool_(&pool), encoding_(encoding), level_(level) {}
  ~BlockMaker() {
    for (auto& block : under_way_)
      if (block.valid() && pool_->threads() > 0) block.wait();
  }

  // Hands a stretch in; its buffers are taken and an empty one with used buffers is put in its place.
  void submit(Stretch& stretch);
  // The next finished block, in the order of submission. Only while there is one under way.
  PackedBlock take();
  // Gives a block's memory back.
  void give_back(PackedBlock block);
  size_t under_way() const { return under_way_.size(); }
  // How many blocks should be under way before the caller waits for one.
  size_t depth() const { return pool_->threads() + size_t{1}; }

 private:
  // What one worker needs; kept from block to block.
  struct Bench {
    Bench(const EncoderOptions& encoding, int level) : encoder(encoding), packer(level) {}
    EventEncoder encoder;
    BodyPacker packer;
  };

  std::unique_ptr<Bench> take_bench();
  PackedBlock make(Stretch& stretch);
  void give_back(std::unique_ptr<Bench> bench, Stretch stretch);

  base::WorkerPool* pool_;
  EncoderOptions encoding_;
  int level_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Bench>> benches_;
  std::vector<Stretch> spare_;
  std::vector<base::Buffer> spare_bodies_;
  std::deque<std::future<PackedBlock>> under_way_;
};

}  // namespace heapreel::reel
