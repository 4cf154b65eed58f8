// The call stack by frame pointers: the chain of {caller's frame, return address} that code compiled with
// -fno-omit-frame-pointer leaves on its stack.
//
// Invariant: every address read lies in [frame, end), and each frame lies above the one before, so garbage in a frame
// pointer register ends the walk and never faults or loops. The hash is made while walking; addresses are stored in a
// second walk, which only a stack that was never seen needs. About 1.5-2 ns a frame (./dev bench stacks).
// Absent: any knowledge of code. A caller without frame pointers is skipped, or ends the walk.
#pragma once

#include <cstdint>
#include <initializer_list>

namespace heapreel::stacks {

inline constexpr uint32_t kDepthMax = 64;
inline constexpr uint64_t kFirstCodeAddress = 4096;  // below is no code: such a "return address" is garbage

// As x86-64 and AArch64 both lay it out.
struct Frame {
  const Frame* caller;
  uint64_t return_address;
};
static_assert(sizeof(Frame) == 16);

struct StackHash {
  uint64_t hash = 0;
  uint32_t depth = 0;
};

inline uint64_t address_of(const void* pointer) { return reinterpret_cast<uint64_t>(pointer); }

// The frame of the function it is written in; that function gets a frame pointer by it. To be taken in the hook itself:
// its return address is the innermost frame of the program.
[[gnu::always_inline]] inline const Frame* this_frame() {
  return static_cast<const Frame*>(__builtin_frame_address(0));
}

// Equal stacks hash equally, and the order of frames counts. The multiplier spreads small differences of addresses over
// the upper half, so that two of them cannot cancel out; finish_hash() brings the upper half down.
inline uint64_t mix_frame(uint64_t hash, uint64_t return_address) {
  return (hash ^ return_address) * 0x9E3779B97F4A7C15U;
}
inline constexpr uint64_t kHashStart = 0x243F6A8885A308D3U;
inline uint64_t finish_hash(uint64_t hash) { return hash ^ (hash >> 32); }

// Whether `caller` can be the frame above `frame` on a stack whose last whole frame is at `last`.
inline bool is_frame_above(const Frame* frame, const Frame* caller, uint64_t last) {
  const uint64_t at = address_of(caller);
  return at > address_of(frame) && at <= last && at % sizeof(Frame) == 0;
}

// Visits return addresses, innermost first, at most `depth_max` (at least 1). `end` is where the readable part of this
// stack ends (stack_bounds.h). Returns how many, at least 1.
template <class Visit>
[[gnu::always_inline, gnu::no_sanitize_address, gnu::no_sanitize_thread]] inline uint32_t walk(const Frame* frame,
                                                                                               uint64_t end,
                                                                                               uint32_t depth_max,
                                                                                               Visit visit) {
  const uint64_t last = end - sizeof(Frame);
  for (uint32_t depth = 1;; ++depth) {
    visit(frame->return_address);
    if (depth == depth_max || !is_frame_above(frame, frame->caller, last)) return depth;
    frame = frame->caller;
    if (frame->return_address < kFirstCodeAddress) return depth;
  }
}

// These may read what lies in a sanitizer's red zone: the chain can be garbage, and it is only read.
[[gnu::no_sanitize_address, gnu::no_sanitize_thread]] inline StackHash hash_frames(const Frame* frame, uint64_t end,
                                                                                   uint32_t depth_max) {
  uint64_t hash = kHashStart;
  const uint32_t depth = walk(frame, end, depth_max, [&](uint64_t address) { hash = mix_frame(hash, address); });
  return {.hash = finish_hash(hash), .depth = depth};
}

// Stores what hash_frames() hashed, given the same arguments on the same stack.
[[gnu::no_sanitize_address, gnu::no_sanitize_thread]] inline uint32_t walk_frames(const Frame* frame, uint64_t end,
                                                                                  uint32_t depth_max,
                                                                                  uint64_t* frames) {
  uint32_t stored = 0;
  return walk(frame, end, depth_max, [&](uint64_t address) { frames[stored++] = address; });
}

// The hash of frames that something else found (unwinder.h): another one than hash_frames() makes, in four independent
// chains, because nothing hides the multiplier's latency here.
inline uint64_t hash_of(const uint64_t* frames, uint32_t depth) {
  uint64_t a = kHashStart;
  uint64_t b = a + 1;
  uint64_t c = a + 2;
  uint64_t d = a + 3;
  uint32_t i = 0;
  for (; i + 4 <= depth; i += 4) {
    a = mix_frame(a, frames[i]);
    b = mix_frame(b, frames[i + 1]);
    c = mix_frame(c, frames[i + 2]);
    d = mix_frame(d, frames[i + 3]);
  }
  for (; i < depth; ++i) a = mix_frame(a, frames[i]);
  uint64_t hash = kHashStart + depth;
  for (const uint64_t chain : {a, b, c, d}) hash = mix_frame(finish_hash(hash), finish_hash(chain));
  return finish_hash(hash);
}

}  // namespace heapreel::stacks
