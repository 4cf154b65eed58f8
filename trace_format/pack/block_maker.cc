// The pipeline of block_maker.h.
#include "trace_format/pack/block_maker.h"

namespace heapreel::reel {

void BlockMaker::submit(Stretch& stretch) {
  auto taken = std::make_shared<Stretch>(std::move(stretch));
  stretch = {};
  {
    const std::lock_guard lock(mutex_);
    if (!spare_.empty()) {
      stretch = std::move(spare_.back());
      spare_.pop_back();
    }
  }
  under_way_.push_back(pool_->submit([this, taken] { return make(*taken); }));
}

PackedBlock BlockMaker::take() {
  PackedBlock block = under_way_.front().get();
  under_way_.pop_front();
  return block;
}

std::unique_ptr<BlockMaker::Bench> BlockMaker::take_bench() {
  const std::lock_guard lock(mutex_);
  if (benches_.empty()) return std::make_unique<Bench>(encoding_, level_);
  auto bench = std::move(benches_.back());
  benches_.pop_back();
  return bench;
}

PackedBlock BlockMaker::make(Stretch& stretch) {
  auto bench = take_bench();
  bench->encoder.encode(stretch.events, stretch.first_object, stretch.addresses);
  PackedBlock block{.header = pack_events(bench->encoder, stretch.events, bench->packer), .body = {}};
  block.exact = bench->encoder.exact();
  {
    const std::lock_guard lock(mutex_);
    if (!spare_bodies_.empty()) {
      block.body = std::move(spare_bodies_.back());
      spare_bodies_.pop_back();
    }
  }
  const base::Bytes body = bench->packer.finish();
  block.body.assign(body.begin(), body.end());
  give_back(std::move(bench), std::move(stretch));
  return block;
}

void BlockMaker::give_back(std::unique_ptr<Bench> bench, Stretch stretch) {
  stretch.events.clear();
  stretch.addresses.clear();
  const std::lock_guard lock(mutex_);
  benches_.push_back(std::move(bench));
  spare_.push_back(std::move(stretch));
}

void BlockMaker::give_back(PackedBlock block) {
  const std::lock_guard lock(mutex_);
  spare_bodies_.push_back(std::move(block.body));
}

}  // namespace heapreel::reel
