// One thread of a simulated program: its clock, and the calls it makes.
//
// Every call takes some time and becomes an event of the reel. A block that another thread made cannot be freed before
// it was born: the thread's clock waits for it, as the real one would have waited for the hand-over.
#pragma once

#include <cstdint>
#include <vector>

#include "trace_format/event/event.h"

namespace heapreel::workloads {

class Blocks;

// A block that the program holds. Copies name the same block; freeing it makes all of them void.
struct Block {
  uint64_t size = 0;
  uint64_t born = 0;  // when, on its maker's clock
  uint32_t handle = 0;
  uint32_t maker = 0;  // thread serial

  bool held() const { return handle != 0; }
};

class SimThread {
 public:
  SimThread(uint32_t serial, uint64_t now, Blocks& blocks) : serial_(serial), now_(now), blocks_(&blocks) {}

  uint32_t serial() const { return serial_; }
  uint64_t now() const { return now_; }  // nanoseconds since the program began

  // Computes, or waits, for so long, or until then.
  void work(uint64_t ns) { now_ += ns; }
  void wait_until(uint64_t time) {
    if (time > now_) now_ = time;
  }

  Block malloc(uint64_t size) { return allocate(reel::Op::kMalloc, size); }
  Block calloc(uint64_t size) { return allocate(reel::Op::kCalloc, size); }
  Block make(uint64_t size) { return allocate(reel::Op::kNew, size); }  // operator new
  // Any allocating kind but the reallocs.
  Block allocate(reel::Op op, uint64_t size, unsigned align_log2 = 0);
  // The block becomes the one of the new size.
  void realloc(Block& block, uint64_t size);
  void free(Block& block) { release(reel::Op::kFree, block); }
  void destroy(Block& block) { release(reel::Op::kDeleteSized, block); }  // sized operator delete
  // Any freeing kind, told the alignment if it takes one. The block is void afterwards.
  void release(reel::Op op, Block& block, unsigned align_log2 = 0);

 private:
  friend class Stage;

  // Sets out into a call on a block: nobody can hold it before it was made.
  void reach(const Block& block);
  void tell(reel::Event event);

  uint32_t serial_;
  uint64_t now_;
  Blocks* blocks_;
  std::vector<reel::Event> told_;  // objects by handle; what the stage has not handed on yet
};

}  // namespace heapreel::workloads
