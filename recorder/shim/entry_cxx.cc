// operator new and delete, all twenty forms, by their mangled names.
//
// Each is passed on to the program's own (libstdc++'s calls malloc; that call is nested and not recorded again). When
// operator new throws, heapreel_passing notices the exception on its way through our frame.
#include "recorder/shim/export.h"
#include "recorder/shim/next.h"
#include "recorder/shim/record.h"
#include "recorder/shim/thorough.h"

namespace heapreel::shim {
namespace {

using reel::Op;

template <class Function>
Function* next_cxx(CxxForm form) {
  void* const known = __atomic_load_n(&g_next_cxx[form], __ATOMIC_RELAXED);
  return reinterpret_cast<Function*>(known != nullptr ? known : find_next_cxx(form));
}

// A program whose C++ library cannot be found still gets memory.
template <class Function, class... Arguments>
[[gnu::always_inline]] inline void* call_new(CxxForm form, size_t size, Arguments... arguments) {
  Function* const next = next_cxx<Function>(form);
  return next != nullptr ? next(size, arguments...) : g_next.malloc(size);
}

template <class Function, class... Arguments>
[[gnu::always_inline]] inline void call_delete(CxxForm form, void* block, Arguments... arguments) {
  Function* const next = next_cxx<Function>(form);
  if (next != nullptr)
    next(block, arguments...);
  else
    g_next.free(block);
}

using New = void*(size_t);
using NewNothrow = void*(size_t, const void*);
using NewAligned = void*(size_t, size_t);
using NewAlignedNothrow = void*(size_t, size_t, const void*);
using Delete = void(void*);
using DeleteSized = void(void*, size_t);
using DeleteSizedAligned = void(void*, size_t, size_t);
using DeleteNothrow = void(void*, const void*);
using DeleteAlignedNothrow = void(void*, size_t, const void*);

[[gnu::always_inline]] inline void expect(ThreadSlot& thread, Op op, size_t size, size_t align) {
  thread.pending_op = static_cast<uint8_t>(op);
  thread.pending_align = align_log2(align);
  thread.pending_size = size;
}

// Every form of new but the two that programs call all the time. Inlined: the frame is that of the entry point.
template <class Function, class... Arguments>
[[gnu::always_inline]] inline void* thorough_new(Op op, CxxForm form, size_t size, size_t align,
                                                 Arguments... arguments) {
  ThreadSlot& thread = t_thread;
  CallScope scope(op, size, stacks::this_frame());
  scope.aligned(align);
  if (scope.is_inside())
    thread.guard += kNewInside;
  else if (scope.is_recorded())
    expect(thread, op, size, align);
  void* const block = scope.result(call_new<Function>(form, size, arguments...));
  if (scope.is_inside())
    thread.guard -= kNewInside;
  else
    thread.pending_op = 0;
  return block;
}

template <class Function, class... Arguments>
[[gnu::always_inline]] inline void thorough_delete(Op op, CxxForm form, void* block, size_t size, size_t align,
                                                   Arguments... arguments) {
  CallScope scope(op, size);
  scope.aligned(align).frees(block);
  call_delete<Function>(form, block, arguments...);
}

[[gnu::noinline, gnu::cold]] void* slow_new(Op op, CxxForm form, size_t size) {
  HEAPREEL_NOTICES_EXCEPTIONS;
  if (is_idle()) return call_new<New>(form, size);
  return thorough_new<New>(op, form, size, 0);
}

[[gnu::noinline, gnu::cold]] void slow_delete(Op op, CxxForm form, void* block, size_t size, bool sized) {
  if (is_idle()) return sized ? call_delete<DeleteSized>(form, block, size) : call_delete<Delete>(form, block);
  if (sized)
    thorough_delete<DeleteSized>(op, form, block, size, 0, size);
  else
    thorough_delete<Delete>(op, form, block, 0, 0);
}

[[gnu::always_inline]] inline void* fast_new(Op op, CxxForm form, size_t size) {
  ThreadSlot& thread = t_thread;
  if (off_fast_path(thread)) [[unlikely]]
    return slow_new(op, form, size);
  thread.guard = kNested;
  expect(thread, op, size, 0);
  void* const block = call_new<New>(form, size);
  thread.guard = 0;
  thread.pending_op = 0;
  if (thread.nested_block != 0) settle_nested(thread, block);
  record(thread, op, reinterpret_cast<uintptr_t>(block), size);
  return block;
}

[[gnu::always_inline]] inline void fast_delete(Op op, CxxForm form, void* block, size_t size, bool sized) {
  ThreadSlot& thread = t_thread;
  if (off_fast_path(thread)) [[unlikely]]
    return slow_delete(op, form, block, size, sized);
  record_free(thread, op, reinterpret_cast<uintptr_t>(block), size);
  thread.outer_block = reinterpret_cast<uintptr_t>(block);
  thread.guard = kNested;
  if (sized)
    call_delete<DeleteSized>(form, block, size);
  else
    call_delete<Delete>(form, block);
  thread.guard = 0;
  thread.outer_block = 0;
  if (thread.nested_block != 0) [[unlikely]]
    settle_nested(thread, nullptr);
}

}  // namespace

// The personality of our frames (Itanium C++ ABI: exception handling, level I): in the second phase the frame is left
// for good. Of operators new inside each other, as new[] calls new, the outermost is the event; the nothrow forms catch
// what the inner one throws.
extern "C" __attribute__((used, visibility("hidden"))) int heapreel_passing(int, int actions, uint64_t, void*, void*) {
  constexpr int kCleanupPhase = 2;
  constexpr int kContinueUnwind = 8;
  ThreadSlot& thread = t_thread;
  if ((actions & kCleanupPhase) == 0) return kContinueUnwind;
  if (thread.guard >= kNewInside) {
    thread.guard -= kNewInside;
  } else if (thread.pending_op != 0) {
    const auto op = static_cast<Op>(thread.pending_op);
    thread.pending_op = 0;
    settle_nested(thread, nullptr);
    record_failure(op, thread.pending_size, thread.pending_align);
    thread.guard &= ~uint32_t{kNested};
  }
  return kContinueUnwind;
}

#define HEAPREEL_CXX(result, name, symbol, ...)                                              \
  extern "C" [[gnu::visibility("default"), gnu::used]] result name(__VA_ARGS__) asm(symbol); \
  result name(__VA_ARGS__)

HEAPREEL_CXX(void*, new_plain, "_Znwm", size_t size) {
  HEAPREEL_NOTICES_EXCEPTIONS;
  return fast_new(Op::kNew, kCxxNew, size);
}
HEAPREEL_CXX(void*, new_array, "_Znam", size_t size) {
  HEAPREEL_NOTICES_EXCEPTIONS;
  return fast_new(Op::kNewArray, kCxxNewArray, size);
}
HEAPREEL_CXX(void*, new_nothrow, "_ZnwmRKSt9nothrow_t", size_t size, const void* nothrow) {
  return thorough_new<NewNothrow>(Op::kNewNothrow, kCxxNewNothrow, size, 0, nothrow);
}
HEAPREEL_CXX(void*, new_array_nothrow, "_ZnamRKSt9nothrow_t", size_t size, const void* nothrow) {
  return thorough_new<NewNothrow>(Op::kNewArrayNothrow, kCxxNewArrayNothrow, size, 0, nothrow);
}
HEAPREEL_CXX(void*, new_aligned, "_ZnwmSt11align_val_t", size_t size, size_t align) {
  HEAPREEL_NOTICES_EXCEPTIONS;
  return thorough_new<NewAligned>(Op::kNewAligned, kCxxNewAligned, size, align, align);
}
HEAPREEL_CXX(void*, new_array_aligned, "_ZnamSt11align_val_t", size_t size, size_t align) {
  HEAPREEL_NOTICES_EXCEPTIONS;
  return thorough_new<NewAligned>(Op::kNewArrayAligned, kCxxNewArrayAligned, size, align, align);
}
HEAPREEL_CXX(void*, new_aligned_nothrow, "_ZnwmSt11align_val_tRKSt9nothrow_t", size_t size, size_t align,
             const void* nothrow) {
  return thorough_new<NewAlignedNothrow>(Op::kNewAlignedNothrow, kCxxNewAlignedNothrow, size, align, align, nothrow);
}
HEAPREEL_CXX(void*, new_array_aligned_nothrow, "_ZnamSt11align_val_tRKSt9nothrow_t", size_t size, size_t align,
             const void* nothrow) {
  return thorough_new<NewAlignedNothrow>(Op::kNewArrayAlignedNothrow, kCxxNewArrayAlignedNothrow, size, align, align,
                                         nothrow);
}

HEAPREEL_CXX(void, delete_plain, "_ZdlPv", void* block) { fast_delete(Op::kDelete, kCxxDelete, block, 0, false); }
HEAPREEL_CXX(void, delete_array, "_ZdaPv", void* block) {
  fast_delete(Op::kDeleteArray, kCxxDeleteArray, block, 0, false);
}
HEAPREEL_CXX(void, delete_sized, "_ZdlPvm", void* block, size_t size) {
  fast_delete(Op::kDeleteSized, kCxxDeleteSized, block, size, true);
}
HEAPREEL_CXX(void, delete_array_sized, "_ZdaPvm", void* block, size_t size) {
  fast_delete(Op::kDeleteArraySized, kCxxDeleteArraySized, block, size, true);
}
HEAPREEL_CXX(void, delete_aligned, "_ZdlPvSt11align_val_t", void* block, size_t align) {
  thorough_delete<DeleteSized>(Op::kDeleteAligned, kCxxDeleteAligned, block, 0, align, align);
}
HEAPREEL_CXX(void, delete_array_aligned, "_ZdaPvSt11align_val_t", void* block, size_t align) {
  thorough_delete<DeleteSized>(Op::kDeleteArrayAligned, kCxxDeleteArrayAligned, block, 0, align, align);
}
HEAPREEL_CXX(void, delete_sized_aligned, "_ZdlPvmSt11align_val_t", void* block, size_t size, size_t align) {
  thorough_delete<DeleteSizedAligned>(Op::kDeleteSizedAligned, kCxxDeleteSizedAligned, block, size, align, size, align);
}
HEAPREEL_CXX(void, delete_array_sized_aligned, "_ZdaPvmSt11align_val_t", void* block, size_t size, size_t align) {
  thorough_delete<DeleteSizedAligned>(Op::kDeleteArraySizedAligned, kCxxDeleteArraySizedAligned, block, size, align,
                                      size, align);
}
HEAPREEL_CXX(void, delete_nothrow, "_ZdlPvRKSt9nothrow_t", void* block, const void* nothrow) {
  thorough_delete<DeleteNothrow>(Op::kDeleteNothrow, kCxxDeleteNothrow, block, 0, 0, nothrow);
}
HEAPREEL_CXX(void, delete_array_nothrow, "_ZdaPvRKSt9nothrow_t", void* block, const void* nothrow) {
  thorough_delete<DeleteNothrow>(Op::kDeleteArrayNothrow, kCxxDeleteArrayNothrow, block, 0, 0, nothrow);
}
HEAPREEL_CXX(void, delete_aligned_nothrow, "_ZdlPvSt11align_val_tRKSt9nothrow_t", void* block, size_t align,
             const void* nothrow) {
  thorough_delete<DeleteAlignedNothrow>(Op::kDeleteAlignedNothrow, kCxxDeleteAlignedNothrow, block, 0, align, align,
                                        nothrow);
}
HEAPREEL_CXX(void, delete_array_aligned_nothrow, "_ZdaPvSt11align_val_tRKSt9nothrow_t", void* block, size_t align,
             const void* nothrow) {
  thorough_delete<DeleteAlignedNothrow>(Op::kDeleteArrayAlignedNothrow, kCxxDeleteArrayAlignedNothrow, block, 0, align,
                                        align, nothrow);
}

}  // namespace heapreel::shim
