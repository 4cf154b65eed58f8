#include "recorder/stacks/stack_bounds.h"

#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

extern "C" void* __libc_stack_end;  // ld.so, GLIBC_2.2.5: the stack pointer the kernel started the program with

namespace heapreel::stacks {
namespace {

constexpr uint64_t kPageBytes = 4096;  // the smallest there is: with larger pages we ask more often than needed

// The kernel maps nothing into this gap below the main stack by itself (MIN_GAP in arch/x86/mm/mmap.c, mm/util.c).
constexpr uint64_t kMainStackBytes = 128U << 20;

// A step further down than this is taken for another stack. One frame of it would have to hold as much.
constexpr uint64_t kStepBytesMax = 8U << 20;

uint64_t main_thread_pointer = 0;  // written once, before there are other threads

uint64_t thread_pointer() {
  uint64_t pointer = 0;
#if defined(__x86_64__)
  asm("mov %%fs:0, %0" : "=r"(pointer));
#elif defined(__aarch64__)
  asm("mrs %0, tpidr_el0" : "=r"(pointer));
#endif
  return pointer;
}

constexpr uint64_t page_of(uint64_t address) { return address & ~(kPageBytes - 1); }

// copy_from_user comes first and fails with EFAULT; else the invalid `how` fails with EINVAL (kernel/signal.c). No
// signal mask changes, and every seccomp filter that lets a libc run lets it pass.
bool is_readable(uint64_t page) {
  constexpr int kInvalidHow = -1;
  constexpr size_t kSetBytes = 8;
  return syscall(SYS_rt_sigprocmask, kInvalidHow, page, nullptr, kSetBytes) == 0 || errno != EFAULT;
}

// Lowers bounds.low to the page of `sp`. False if something unreadable lies between: then `sp` is on another stack.
bool extend_down_to(StackBounds& bounds, uint64_t sp) {
  while (bounds.low > sp) {
    const uint64_t page = bounds.low - kPageBytes;
    if (!is_readable(page)) {
      bounds.floor = bounds.low;
      return false;
    }
    bounds.low = page;
  }
  return true;
}

bool learn_thread_stack(StackBounds& bounds, uint64_t sp) {
  const uint64_t pointer = thread_pointer();
  if (pointer == main_thread_pointer || sp >= pointer) return false;
  if (bounds.high != pointer) bounds = {.low = page_of(pointer), .high = pointer, .floor = 0};
  if (sp < bounds.floor || sp + kStepBytesMax < bounds.low) return false;
  return extend_down_to(bounds, sp);
}

bool learn_main_stack(StackBounds& bounds, uint64_t sp) {
  const auto end = reinterpret_cast<uint64_t>(__libc_stack_end);
  if (end - sp > kMainStackBytes) return false;
  bounds = {.low = end - kMainStackBytes, .high = end, .floor = 0};
  return true;
}

}  // namespace

void learn_main_thread() { main_thread_pointer = thread_pointer(); }

uint64_t learn_bounds(StackBounds& bounds, uint64_t sp) {
  const int errno_before = errno;
  const bool own = learn_main_stack(bounds, sp) || learn_thread_stack(bounds, sp);
  errno = errno_before;
  return own ? bounds.high : page_of(sp) + kPageBytes;
}

bool on_signal_stack() {
  const int errno_before = errno;
  stack_t stack{};
  const bool on = sigaltstack(nullptr, &stack) == 0 && (stack.ss_flags & SS_ONSTACK) != 0;
  errno = errno_before;
  return on;
}

}  // namespace heapreel::stacks
