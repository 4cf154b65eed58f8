// The watch of the verification pass: every result is checked, every call counted. Its times mean nothing.
#pragma once

#include <algorithm>

#include "replayer/engine/registry.h"

namespace heapreel::engine {

class Verified {
 public:
  static constexpr bool kTouches = false;  // it writes tags instead

  explicit Verified(Thread& thread) : thread_(thread), registry_(registry()) {}

  void seen(const plan::Op& op) { registry_.count(op); }

  template <measure::CallGroup, class Call>
  auto time(const plan::Op&, const Call& call) {
    return call();
  }

  void born(const plan::Op& op, void* p) {
    check_shape(op, p);
    uint64_t tag = 0;
    stop_if(op, p, registry_.add(thread_.index, p, op.size, tag));
    const bool zeroed = op.kind == plan::Kind::kCalloc;
    if (zeroed && !looks_zero(p, op.size)) stop_if(op, p, {.what = measure::Trouble::kNotZero});
    write_tag(p, op.size, tag);
  }

  void dying(const plan::Op& op, void* p) {
    const bool freed = op.kind >= plan::Kind::kFree;  // and not one of the reallocs, which stand before
    take_out(op, p, freed);
  }

  void changing(const plan::Op& op, void* p) { was_ = take_out(op, p, false); }

  void changed(const plan::Op& op, void*, void* p) {
    const bool room = std::min(was_.size, op.size) >= 16;
    if (room && !starts_with_tag(p, was_.size, was_.tag)) stop_if(op, p, {.what = measure::Trouble::kCorrupted});
  }

 private:
  // What C promises: room for any object that fits into it.
  static uint64_t least_align(uint64_t size) { return size >= 16 ? 16 : (size >= 8 ? 8 : 1); }

  void check_shape(const plan::Op& op, void* p) {
    const unsigned log2 = op.mode & plan::kAlignMask;
    const uint64_t align = std::max(least_align(op.size), uint64_t{1} << log2);
    if (reinterpret_cast<uint64_t>(p) % align != 0) stop_if(op, p, {.what = measure::Trouble::kMisaligned});
    if (thread_.calls->usable_size_ == nullptr) return;
    if (const uint64_t usable = thread_.calls->usable_size_(p); usable < op.size)
      stop_if(op, p, {.what = measure::Trouble::kTooSmall, .other_size = usable});
  }

  Registry::Living take_out(const plan::Op& op, void* p, bool freed) {
    Registry::Living was;
    stop_if(op, p, registry_.remove(thread_.index, p, freed, was));
    if (!has_tag(p, was.size, was.tag)) stop_if(op, p, {.what = measure::Trouble::kCorrupted, .other_size = was.size});
    return was;
  }

  void stop_if(const plan::Op& op, void* p, Trouble trouble) {
    if (trouble.what == measure::Trouble::kNone) return;
    trouble.address = p;
    stop_for(thread_, op, trouble);
  }

  Thread& thread_;
  Registry& registry_;
  Registry::Living was_;
};

}  // namespace heapreel::engine
