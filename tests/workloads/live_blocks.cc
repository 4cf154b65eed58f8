// The laws of live_blocks.h.
#include "tests/workloads/live_blocks.h"

#include <fmt/format.h>

namespace heapreel::tests {
namespace {

using reel::Op;

constexpr size_t kFaultsMost = 10;

// Which calls belong together: what one made only one of its own may end.
enum class Family : uint8_t { kMalloc, kNew, kNewArray, kNewAligned, kNewArrayAligned };

Family family(Op op) {
  switch (op) {
    case Op::kNew:
    case Op::kNewNothrow:
    case Op::kDelete:
    case Op::kDeleteSized:
    case Op::kDeleteNothrow:
      return Family::kNew;
    case Op::kNewArray:
    case Op::kNewArrayNothrow:
    case Op::kDeleteArray:
    case Op::kDeleteArraySized:
    case Op::kDeleteArrayNothrow:
      return Family::kNewArray;
    case Op::kNewAligned:
    case Op::kNewAlignedNothrow:
    case Op::kDeleteAligned:
    case Op::kDeleteSizedAligned:
    case Op::kDeleteAlignedNothrow:
      return Family::kNewAligned;
    case Op::kNewArrayAligned:
    case Op::kNewArrayAlignedNothrow:
    case Op::kDeleteArrayAligned:
    case Op::kDeleteArraySizedAligned:
    case Op::kDeleteArrayAlignedNothrow:
      return Family::kNewArrayAligned;
    default:
      return Family::kMalloc;
  }
}

}  // namespace

void LiveBlocks::fault(const reel::Event& event, const std::string& what) {
  if (faults_.size() >= kFaultsMost) return;
  faults_.push_back(
      fmt::format("event {} ({} by thread {}): {}", events_, reel::traits(event.op).name, event.thread, what));
}

void LiveBlocks::check_thread(const reel::Event& event) {
  if (event.thread >= threads_.size()) threads_.resize(event.thread + size_t{1});
  ThreadState& state = threads_[event.thread];
  const bool starts = event.op == Op::kThreadStart;
  if (state.ended) fault(event, "the thread has ended");
  if (starts && (state.started || event.thread == 0)) fault(event, "the thread runs already");
  if (!starts && !state.started && event.thread != 0) fault(event, "the thread has not started");
  if (starts && event.size > 0 &&
      (event.size > threads_.size() || threads_[event.size - 1].ended ||
       (event.size > 1 && !threads_[event.size - 1].started)))
    fault(event, "its creator does not run");
  state.started = true;
  state.ended = event.op == Op::kThreadEnd;
}

void LiveBlocks::check_fit(const reel::Event& event, const LiveBlock& block) {
  const reel::OpTraits& how = reel::traits(event.op);
  if (family(event.op) != family(block.op)) fault(event, fmt::format("made by {}", reel::traits(block.op).name));
  if (how.frees && how.sized && event.size != block.size) fault(event, fmt::format("its size is {}", block.size));
  if (how.frees && how.aligned && event.align_log2 != block.align_log2) fault(event, "its alignment is another");
}

std::optional<LiveBlock> LiveBlocks::end(const reel::Event& event, uint64_t object) {
  LiveBlock block;
  if (object == reel::kNoObject || !blocks_.remove(object, block)) {
    fault(event, fmt::format("object {} {}", object, object <= objects_ ? "is dead" : "is not born yet"));
    return std::nullopt;
  }
  check_fit(event, block);
  bytes_ -= block.size;
  return block;
}

void LiveBlocks::begin(const reel::Event& event) {
  if (event.object != ++objects_) fault(event, fmt::format("object {} should be {}", event.object, objects_));
  if (reel::traits(event.op).aligned != (event.align_log2 != 0)) fault(event, "an alignment too many, or none");
  blocks_.add(event.object, {.size = event.size,
                             .born_event = events_,
                             .born_bytes = asked_bytes_ + event.size,
                             .born_ns = event.time,
                             .thread = event.thread,
                             .op = event.op,
                             .align_log2 = event.align_log2});
  bytes_ += event.size;
  asked_bytes_ += event.size;
}

std::optional<LiveBlock> LiveBlocks::take(const reel::Event& event) {
  if (event.time < time_) fault(event, fmt::format("time goes back by {} ns", time_ - event.time));
  time_ = event.time;
  check_thread(event);
  std::optional<LiveBlock> ended;
  if (reel::releases_old(event.op, event.flags)) ended = end(event, event.old_object);
  if (reel::traits(event.op).frees) ended = end(event, event.object);
  if (reel::births(event.op, event.flags)) begin(event);
  ++events_;
  return ended;
}

}  // namespace heapreel::tests
