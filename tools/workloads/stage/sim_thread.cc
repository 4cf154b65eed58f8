// The calls of sim_thread.h.
#include "tools/workloads/stage/sim_thread.h"

#include <cstdio>
#include <cstdlib>

#include "tools/workloads/stage/blocks.h"

namespace heapreel::workloads {
namespace {

// What a call takes with any of the common allocators, roughly (docs/methodology.md has measured ones).
constexpr uint64_t kCallNs = 25;

// A workload that frees what it does not hold is wrong, and its reel would be, too.
void expect_held(const Block& block) {
  if (block.held()) return;
  std::fputs("heapreel: a workload used a block it does not hold\n", stderr);
  std::abort();
}

}  // namespace

void SimThread::reach(const Block& block) {
  expect_held(block);
  if (block.maker != serial_) wait_until(block.born + 1);
}

void SimThread::tell(reel::Event event) {
  event.time = now_ += kCallNs;
  event.thread = serial_;
  told_.push_back(event);
}

Block SimThread::allocate(reel::Op op, uint64_t size, unsigned align_log2) {
  Block block{.size = size, .born = 0, .handle = blocks_->take(), .maker = serial_};
  reel::Event event;
  event.op = op;
  event.size = size;
  event.object = block.handle;
  event.align_log2 = static_cast<uint8_t>(align_log2);
  tell(event);
  block.born = now_;
  return block;
}

void SimThread::realloc(Block& block, uint64_t size) {
  reach(block);
  reel::Event event;
  event.op = reel::Op::kRealloc;
  event.size = size;
  event.old_object = block.handle;
  event.object = blocks_->take();
  tell(event);
  block = {.size = size, .born = now_, .handle = static_cast<uint32_t>(event.object), .maker = serial_};
}

void SimThread::release(reel::Op op, Block& block, unsigned align_log2) {
  reach(block);
  reel::Event event;
  event.op = op;
  event.size = reel::traits(op).sized ? block.size : 0;
  event.object = block.handle;
  event.align_log2 = static_cast<uint8_t>(align_log2);
  tell(event);
  block = {};
}

}  // namespace heapreel::workloads
