// The kernel as the shim needs it: system calls that leave errno alone, and memory that is never the program's heap.
//
// Every function says what it returns for failure; none of them can be interrupted into an endless loop. After start-up
// only futex_wait, futex_wake, gettid and the signal mask are called, and none of them once the program has asked for
// seccomp's strict mode.
#pragma once

#include <cstddef>
#include <cstdint>

namespace heapreel::shim::os {

// A negative result is -errno.
inline long call(long number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0, long f = 0) {
  register long r10 asm("r10") = d;
  register long r8 asm("r8") = e;
  register long r9 asm("r9") = f;
  long result;
  asm volatile("syscall"
               : "=a"(result)
               : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
               : "rcx", "r11", "memory");
  return result;
}

inline uint64_t read_tsc() {
  uint32_t low, high;
  asm volatile("rdtsc" : "=a"(low), "=d"(high));
  return uint64_t{high} << 32 | low;
}

uint64_t read_monotonic_raw();  // ns; by the vDSO where it has one

// Private zeroed pages that a fork wipes again; null on failure.
void* map_wiped_on_fork(size_t bytes);
void* map_private(size_t bytes);
void* map_shared(size_t bytes);  // anonymous: it does not count as the program's own memory; a fork has none of it
void empty_shared(void* memory, size_t bytes);  // gives its pages back; it reads as zeros
void* map_shared_file(int fd, size_t bytes);

// -ETIMEDOUT when the time is over; 0 or another error when woken, interrupted, or the word has changed already.
long futex_wait(const volatile void* word, uint32_t expected, uint64_t timeout_ns);
void futex_wake(const volatile void* word, int threads);

// Blocks every signal while it lives, so that no handler can enter the shim in the middle of a change.
class SignalsBlocked {
 public:
  explicit SignalsBlocked(bool may_enter_kernel);
  ~SignalsBlocked();
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  uint64_t before_ = 0;
  bool blocked_;
};

// Of the program's environment; null if it is not set.
const char* environment(const char* name);

// For lines on standard error when recording cannot begin; nothing else ever prints.
void complain(const char* what, const char* detail);

}  // namespace heapreel::shim::os
