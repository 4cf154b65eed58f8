// The blocks born in this event block and still alive, as one doubly linked list per lane in order of birth, with a
// cursor where the lane last freed. Encoder and decoder keep the same lists in step, so that a free is a few bits.
//
// A birth's node number is its ordinal in the block; the lanes' sentinels stand behind the last possible birth. A
// sentinel's `older` is the lane's newest block and its `newer` the oldest. Operations take at most six steps.
// Node numbers may come from hostile bytes: callers check is_live() before they release anything.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "trace_format/codec/alphabet.h"
#include "trace_format/event/op.h"

namespace heapreel::reel {

class LiveList {
 public:
  static constexpr uint32_t kNone = ~uint32_t{0};
  static constexpr uint32_t kMaxLanes = 1U << 15;
  static constexpr uint32_t kMaxSizeClass = 1U << 11;

  // Empties the list and makes room; lanes come by add_lane().
  void reset(uint32_t births_limit) {
    births_limit_ = births_limit;
    next_ = 0;
    nodes_.resize(std::max<size_t>(nodes_.size(), births_limit));
    cursor_.clear();
  }

  // Adds the next lane: 0, 1, 2, ...
  void add_lane() {
    const uint32_t sentinel = sentinel_of(static_cast<uint32_t>(cursor_.size()));
    if (nodes_.size() <= sentinel) nodes_.resize(sentinel + size_t{16});
    nodes_[sentinel] = {sentinel, sentinel, 0, static_cast<uint32_t>(cursor_.size())};
    cursor_.push_back(sentinel);
  }

  // Adds a birth to its lane. `event` and `size_class` are the caller's to get back later.
  uint32_t add(uint32_t lane, uint32_t event, Op op, uint32_t size_class) {
    const uint32_t node = next_++;
    Node& sentinel = nodes_[sentinel_of(lane)];
    const uint32_t newest = sentinel.older;
    nodes_[node] = {sentinel_of(lane), newest, event,
                    lane | static_cast<uint32_t>(op) << kOpShift | size_class << kClassShift};
    nodes_[newest].newer = node;
    sentinel.older = node;
    return node;
  }

  // Ends the block's life as freed by its own lane.
  void release_own(uint32_t node) {
    Node& gone = nodes_[node];
    cursor_[gone.traits & kLaneMask] = gone.older;
    unlink(gone);
  }
  // Ends the block's life as freed by somebody else; the owner's cursor steps aside.
  void release_foreign(uint32_t node) {
    Node& gone = nodes_[node];
    uint32_t& cursor = cursor_[gone.traits & kLaneMask];
    if (cursor == node) cursor = gone.older;
    unlink(gone);
  }

  bool is_live(uint32_t node) const { return node < next_ && nodes_[node].newer != kNone; }
  uint32_t lane_of(uint32_t node) const { return nodes_[node].traits & kLaneMask; }
  Op op_of(uint32_t node) const { return static_cast<Op>(nodes_[node].traits >> kOpShift & 63); }
  uint32_t size_class_of(uint32_t node) const { return nodes_[node].traits >> kClassShift; }
  uint32_t event_of(uint32_t node) const { return nodes_[node].event; }
  uint32_t births() const { return next_; }
  uint32_t lanes() const { return static_cast<uint32_t>(cursor_.size()); }
  uint32_t age_of(uint32_t node) const { return next_ - 1 - node; }
  // The node born `age` births ago, or kNone.
  uint32_t node_of_age(uint64_t age) const { return age < births() ? next_ - 1 - static_cast<uint32_t>(age) : kNone; }
  uint32_t newer(uint32_t node) const { return nodes_[node].newer; }
  uint32_t older(uint32_t node) const { return nodes_[node].older; }

  // The reference that names a live block of `lane`: at most kRefAge + kAgeRefs - 1, or kNone if only an age will do.
  uint32_t reference_of(uint32_t lane, uint32_t node) const {
    const uint32_t end = sentinel_of(lane);
    uint32_t step = nodes_[end].older;
    for (uint32_t i = 0; i < kNewestRefs && step != end; ++i, step = nodes_[step].older)
      if (step == node) return kRefNewest + i;
    const uint32_t cursor = cursor_[lane];
    step = nodes_[cursor].newer;
    for (uint32_t i = 0; i < kNeighbourRefs && step != end; ++i, step = nodes_[step].newer)
      if (step == node) return kRefNewer + i;
    step = cursor;
    for (uint32_t i = 0; i < kNeighbourRefs && step != end; ++i, step = nodes_[step].older)
      if (step == node) return kRefOlder + i;
    const uint32_t age = age_of(node);
    return age < kAgeRefs ? kRefAge + age : kNone;
  }

  // A block of another lane, relative to `cursor`: the node older than the last such block, or kNone at first.
  // 0..5 are the newer neighbours, 6..8 the older ones, 9 + n the block born n births ago.
  uint32_t cross_reference_of(uint32_t cursor, uint32_t node) const {
    cursor = valid_cursor(cursor);
    if (cursor != kNone) {
      uint32_t step = nodes_[cursor].newer;
      for (uint32_t i = 0; i < kNeighbourRefs && step < births_limit_; ++i, step = nodes_[step].newer)
        if (step == node) return i;
      step = cursor;
      for (uint32_t i = 0; i < kCrossOlderRefs && step < births_limit_; ++i, step = nodes_[step].older)
        if (step == node) return kNeighbourRefs + i;
    }
    return kCrossAge + age_of(node);
  }
  uint32_t cross_resolve(uint32_t cursor, uint64_t reference) const {
    uint32_t node;
    cursor = valid_cursor(cursor);
    if (reference >= kCrossAge) {
      node = node_of_age(reference - kCrossAge);
    } else if (cursor == kNone) {
      return kNone;
    } else if (reference < kNeighbourRefs) {
      node = nodes_[cursor].newer;
      for (uint64_t i = reference; i > 0; --i) node = nodes_[node].newer;
    } else {
      node = cursor;
      for (uint64_t i = reference - kNeighbourRefs; i > 0; --i) node = nodes_[node].older;
    }
    return node != kNone && is_live(node) ? node : kNone;
  }

  // The live block a reference names, or kNone if it names none. The inverse of reference_of.
  uint32_t resolve(uint32_t lane, uint32_t reference) const {
    uint32_t node;
    if (reference < kRefNewer) {
      node = nodes_[sentinel_of(lane)].older;
      for (uint32_t i = reference; i > 0; --i) node = nodes_[node].older;
    } else if (reference < kRefOlder) {
      node = nodes_[cursor_[lane]].newer;
      for (uint32_t i = reference - kRefNewer; i > 0; --i) node = nodes_[node].newer;
    } else if (reference < kRefAge) {
      node = cursor_[lane];
      for (uint32_t i = reference - kRefOlder; i > 0; --i) node = nodes_[node].older;
    } else {
      node = node_of_age(reference - kRefAge);
      if (node == kNone) return kNone;
    }
    return is_live(node) && lane_of(node) == lane ? node : kNone;
  }

 private:
  static constexpr uint32_t kLaneMask = kMaxLanes - 1;
  static constexpr unsigned kOpShift = 15;
  static constexpr unsigned kClassShift = 21;

  struct Node {
    uint32_t newer;  // kNone once freed
    uint32_t older;
    uint32_t event;
    uint32_t traits;  // lane, op, size class
  };
  static_assert(sizeof(Node) == 16);

  static constexpr uint32_t kCrossOlderRefs = 3;
  static constexpr uint32_t kCrossAge = kNeighbourRefs + kCrossOlderRefs;

  // Somebody else may have freed the block the cursor stands on: then the walk starts at the lane's oldest block.
  uint32_t valid_cursor(uint32_t cursor) const {
    if (cursor == kNone || cursor >= births_limit_ || is_live(cursor)) return cursor;
    return sentinel_of(lane_of(cursor));
  }

  uint32_t sentinel_of(uint32_t lane) const { return births_limit_ + lane; }

  void unlink(Node& gone) {
    nodes_[gone.newer].older = gone.older;
    nodes_[gone.older].newer = gone.newer;
    gone.newer = kNone;
  }

  std::vector<Node> nodes_;
  std::vector<uint32_t> cursor_;  // per lane: the older neighbour of what it last freed, or its sentinel
  uint32_t births_limit_ = 0;
  uint32_t next_ = 0;
};

}  // namespace heapreel::reel
