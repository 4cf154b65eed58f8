// Calls off the fast path.
#include "recorder/shim/thorough.h"

#include "recorder/shim/big_blocks.h"
#include "recorder/shim/chunks.h"
#include "recorder/shim/next.h"
#include "recorder/shim/record.h"
#include "recorder/shim/start.h"
#include "recorder/shim/thread.h"

namespace heapreel::shim {
namespace {

bool is_from_loader(const stacks::Frame* frame) {
  if (frame == nullptr) return false;
  const uint64_t address = frame->return_address;
  return address >= g_shim.loader_begin && address < g_shim.loader_end;
}

// Whether the thread's next call is to be recorded.
bool admits(ThreadSlot& thread) {
  if ((thread.guard & kHolding) != 0) return false;
  if ((thread.guard & kFresh) != 0) {
    thread.guard |= kHolding;  // what start-up itself allocates is no event
    const bool ready = start_once() && is_recording() && adopt_thread(thread);
    thread.guard &= ~uint32_t{kHolding};
    if (!ready) return false;
  }
  return is_recording();
}

// Whether the thread's call would be recorded if the collector answered.
bool misses(const ThreadSlot& thread) {
  return (thread.guard & (kHolding | kFresh)) == 0 &&
         g_shim.header->recording.load(std::memory_order_relaxed) == ring::Recording::kAbandoned;
}

[[gnu::always_inline]] inline bool is_with_stacks_alone(const ThreadSlot& thread) {
  return thread.guard == kThorough && g_shim.stacks_alone != 0 && is_recording();
}

}  // namespace

CallScope::CallScope(reel::Op op, uint64_t size, const stacks::Frame* frame) {
  ThreadSlot& thread = t_thread;
  call_.is_recorded = admits(thread);
  call_.guard = thread.guard;
  is_inside_ = (thread.guard & kNested) != 0;
  outer_block_ = thread.outer_block;
  call_.op = static_cast<uint64_t>(op);
  call_.size = size;
  call_.frame = frame;
  if (!call_.is_recorded) {
    miss(thread);
    return;
  }
  if ((thread.guard & kMaking) != 0 && is_from_loader(frame)) call_.flags |= reel::kRuntime;
  call_.begun = read_stamp(thread);
  thread.guard |= kNested;
}

// A call inside it is the same event.
void CallScope::miss(ThreadSlot& thread) {
  if (is_inside_ || !misses(thread)) return;
  lose(*thread.state);
  thread.state->lost_why = static_cast<uint32_t>(ring::Loss::kCollectorAway);
  thread.guard |= kNested;
  is_missed_ = true;
}

CallScope& CallScope::reallocates(const void* old) {
  call_.old_address = reinterpret_cast<uintptr_t>(old);
  if (is_inside_ && old != nullptr && call_.old_address == outer_block_) call_.is_recorded = false;  // reallocarray's
  if (call_.is_recorded) t_thread.outer_block = call_.old_address;
  if (old == nullptr) call_.flags |= reel::kNullOld;
  if (call_.is_recorded && old != nullptr) note_big_block_end(t_thread, call_.old_address, kAtRealloc);
  return *this;
}

CallScope& CallScope::frees(const void* block) {
  call_.address = reinterpret_cast<uintptr_t>(block);
  call_.done = call_.begun;
  written_ = true;
  if (!call_.is_recorded || (is_inside_ && call_.address == outer_block_)) return *this;
  if (is_inside_) settle_nested(t_thread, nullptr);
  note_big_block_end(t_thread, call_.address, kAtFree);
  write_call(t_thread, call_);
  t_thread.outer_block = call_.address;
  return *this;
}

CallScope& CallScope::reads(const void* block) {
  call_.address = reinterpret_cast<uintptr_t>(block);
  return *this;
}

void* CallScope::result(void* block) {
  if (!call_.is_recorded) return block;
  call_.address = reinterpret_cast<uintptr_t>(block);
  if (block != nullptr) return block;
  const bool freed = call_.old_address != 0 && call_.size == 0;
  call_.flags |= freed ? reel::kNoResult : reel::kFailed;
  return block;
}

CallScope::~CallScope() {
  ThreadSlot& thread = t_thread;
  if (is_missed_) {
    thread.guard &= ~uint32_t{kNested};
    settle_nested(thread, nullptr);  // recording may have begun again meanwhile
  }
  if (!call_.is_recorded) return;
  thread.outer_block = outer_block_;
  const bool is_plain_birth = call_.op < static_cast<uint64_t>(reel::Op::kFree) && call_.old_address == 0;
  if (is_inside_ && is_plain_birth) {  // the call around this one decides whose event it is
    // operator new[] calls operator new calls malloc
    settle_nested(thread, reinterpret_cast<const void*>(call_.address));
    thread.nested_block = call_.address;
    thread.nested_size = call_.size;
    thread.nested_op = static_cast<uint8_t>(call_.op);
  } else if (!written_) {
    settle_nested(thread, reinterpret_cast<const void*>(call_.address));
    call_.done = read_stamp(thread);
    write_call(thread, call_);
    const bool born = call_.address != 0 && call_.op < static_cast<uint64_t>(reel::Op::kFree);
    if (born && call_.size >= kBigBytes) watch_big_block(call_.address, call_.size);
  }
  thread.guard = (thread.guard & ~uint32_t{kNested}) | (call_.guard & kNested);
}

void settle_nested_otherwise(ThreadSlot& thread) {
  if (thread.nested_block == 0) return;
  Call call{.op = thread.nested_op, .address = thread.nested_block, .size = thread.nested_size};
  call.begun = call.done = read_stamp(thread);
  write_call(thread, call);
}

void settle_nested_apart(ThreadSlot& thread, const void* result) { settle_nested(thread, result); }

// Apart from thorough_malloc, whose short way shall not pay for a frame.
[[gnu::noinline]] static void* malloc_at_length(size_t size) {
  CallScope scope(reel::Op::kMalloc, size, stacks::this_frame());
  return scope.result(g_next.malloc(size));
}

// Where nothing but its stack is wanted beside the event. Called by a jump: its frame stands where the entry point's
// did.
[[gnu::noinline, gnu::hot]] static void* malloc_with_stack(size_t size) {
  ThreadSlot& thread = t_thread;
  thread.guard = kThorough | kNested;
  void* const block = g_next.malloc(size);
  thread.guard = kThorough;
  settle_nested(thread, block);
  Call call{.op = static_cast<uint64_t>(reel::Op::kMalloc),
            .flags = static_cast<uint8_t>(block == nullptr ? reel::kFailed : 0),
            .address = reinterpret_cast<uintptr_t>(block),
            .size = size,
            .frame = stacks::this_frame()};
  call.begun = call.done = read_clock();
  write_call(thread, call);
  if (block != nullptr && size >= kBigBytes) watch_big_block(call.address, size);
  return block;
}

// The way of every operator new of libstdc++, so it is short: the block will be found to be its result.
void* thorough_malloc(size_t size) {
  if (is_idle()) return g_next.malloc(size);
  ThreadSlot& thread = t_thread;
  if (is_with_stacks_alone(thread)) return malloc_with_stack(size);
  if ((thread.guard & ~uint32_t{kThorough}) == kNested && thread.nested_block == 0 && is_recording()) {
    void* const block = g_next.malloc(size);
    thread.nested_block = reinterpret_cast<uintptr_t>(block);
    thread.nested_size = size;
    thread.nested_op = static_cast<uint8_t>(reel::Op::kMalloc);
    return block;
  }
  return malloc_at_length(size);
}

// A free has no stack: it is recorded as on the fast path.
[[gnu::noinline, gnu::hot]] static void free_by_the_way(ThreadSlot& thread, void* block) {
  record_free(thread, reel::Op::kFree, reinterpret_cast<uintptr_t>(block), 0);
  thread.outer_block = reinterpret_cast<uintptr_t>(block);
  thread.guard = kThorough | kNested;
  g_next.free(block);
  thread.guard = kThorough;
  thread.outer_block = 0;
  settle_nested(thread, nullptr);
}

void* thorough_calloc(size_t count, size_t size) {
  if (is_idle()) return g_next.calloc(count, size);
  CallScope scope(reel::Op::kCalloc, product(count, size), stacks::this_frame());
  return scope.result(g_next.calloc(count, size));
}

void thorough_free(void* block) {
  if (is_idle()) return g_next.free(block);
  ThreadSlot& thread = t_thread;
  const bool is_inside = (thread.guard & ~uint32_t{kThorough}) == kNested;
  if (is_inside && thread.outer_block == reinterpret_cast<uintptr_t>(block)) return g_next.free(block);
  if (is_with_stacks_alone(thread)) return free_by_the_way(thread, block);
  CallScope scope(reel::Op::kFree, 0);
  scope.frees(block);
  g_next.free(block);
}

size_t thorough_usable_size(void* block) {
  if (is_idle()) return g_next.malloc_usable_size(block);
  CallScope scope(reel::Op::kUsableSize, 0);
  scope.reads(block);
  return g_next.malloc_usable_size(block);
}

void* record_failure(reel::Op op, uint64_t size, uint8_t align_log2) {
  ThreadSlot& thread = t_thread;
  Call call{.op = static_cast<uint64_t>(op), .flags = reel::kFailed, .align_log2 = align_log2, .size = size};
  call.begun = call.done = read_stamp(thread);
  write_call(thread, call);
  return nullptr;
}

void record_at_length(ThreadSlot& thread, reel::Op op, uint64_t address, uint64_t size) {
  const bool is_free = op >= reel::Op::kFree && op < reel::Op::kUsableSize;
  if (is_free) note_big_block_end(thread, address, kAtFree);
  Call call{.op = static_cast<uint64_t>(op), .address = address, .size = size};
  call.begun = call.done = read_stamp(thread);
  write_call(thread, call);
  if (!is_free && address != 0 && size >= kBigBytes) watch_big_block(address, size);
}

// The slot that was reserved lies past the limit; the event takes the first of the next chunk.
void record_beyond_limit(ThreadSlot& thread, reel::Op op, uint64_t address, uint64_t size) {
  Call call{.op = static_cast<uint64_t>(op), .address = address, .size = size};
  call.begun = call.done = read_stamp(thread);
  write_call(thread, call);
}

}  // namespace heapreel::shim
