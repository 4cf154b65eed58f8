// Calls off the fast path, each recorded with everything that can be known of it. Cold.
//
//   CallScope scope(op, size, caller);   // is it recorded? from here on what it calls is nested
//   scope.result(next(...));             // the call itself
//   ~CallScope                           // its event, unless it was a free: that one was written before the call
#pragma once

#include <cstddef>
#include <cstdint>

#include "recorder/shim/note.h"
#include "recorder/stacks/frame_walk.h"
#include "trace_format/event/op.h"

namespace heapreel::shim {

inline uint64_t product(uint64_t count, uint64_t size) {
  uint64_t all;
  return __builtin_mul_overflow(count, size, &all) ? ~uint64_t{0} : all;
}
inline uint8_t align_log2(uint64_t align) { return align == 0 ? 0 : static_cast<uint8_t>(63 - __builtin_clzll(align)); }

// The two reached by a jump: their frames stand where the entry point's stood.
[[gnu::cold]] void* thorough_malloc(size_t size);
[[gnu::cold]] void* thorough_calloc(size_t count, size_t size);
[[gnu::cold]] void thorough_free(void* block);
[[gnu::cold]] size_t thorough_usable_size(void* block);

// The call under way ends with `result`: what was allocated inside it and is not that, was an event of its own (an
// exception object, what a new_handler or a signal handler asked for).
void settle_nested_otherwise(ThreadSlot& thread);
inline void settle_nested(ThreadSlot& thread, const void* result) {
  if (thread.nested_block != reinterpret_cast<uintptr_t>(result)) settle_nested_otherwise(thread);
  thread.nested_block = 0;
}

// The same out of line, for where that is rare.
[[gnu::cold]] void settle_nested_apart(ThreadSlot& thread, const void* result);

// Records an allocation that returned null; returns null.
[[gnu::cold]] void* record_failure(reel::Op op, uint64_t size, uint8_t align_log2 = 0);

// Of one call that allocates, frees or reads a block.
class CallScope {
 public:
  // `frame`: stacks::this_frame() of the entry point, for an allocation; its return address is the caller's.
  CallScope(reel::Op op, uint64_t size, const stacks::Frame* frame = nullptr);
  ~CallScope();
  CallScope(const CallScope&) = delete;
  CallScope& operator=(const CallScope&) = delete;

  CallScope& aligned(uint64_t align) {
    call_.align_log2 = align_log2(align);
    return *this;
  }
  CallScope& reallocates(const void* old);
  // Writes the free; the call itself follows.
  CallScope& frees(const void* block);
  CallScope& reads(const void* block);

  void* result(void* block);
  bool is_recorded() const { return call_.is_recorded; }
  bool is_inside() const { return is_inside_; }

 private:
  void miss(ThreadSlot& thread);

  Call call_;
  bool is_inside_ = false;  // of a call that is recorded
  bool is_missed_ = false;  // it would be recorded if the collector answered
  bool written_ = false;
  uint64_t outer_block_ = 0;  // of the call around this one
};

}  // namespace heapreel::shim
