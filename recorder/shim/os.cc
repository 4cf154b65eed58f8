// The system calls of os.h.
#include "recorder/shim/os.h"

#include <fcntl.h>
#include <initializer_list>
#include <linux/futex.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>

extern char** environ;
extern "C" void* __libc_stack_end;  // of ld.so

namespace heapreel::shim::os {
namespace {

void* map(size_t bytes, int flags, int fd) {
  const long result = call(SYS_mmap, 0, static_cast<long>(bytes), PROT_READ | PROT_WRITE, flags, fd, 0);
  return result < 0 && result > -4096 ? nullptr : reinterpret_cast<void*>(result);
}

// Before libc is initialised (.preinit_array) environ is not set; the kernel left the variables behind the arguments.
char** first_variable() {
  if (environ != nullptr) return environ;
  char** const stack = static_cast<char**>(__libc_stack_end);
  return stack == nullptr ? nullptr : stack + reinterpret_cast<intptr_t>(stack[0]) + 2;
}

}  // namespace

uint64_t read_monotonic_raw() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC_RAW, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
}

void* map_private(size_t bytes) { return map(bytes, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1); }

void* map_wiped_on_fork(size_t bytes) {
  void* const memory = map_private(bytes);
  if (memory == nullptr) return nullptr;
  call(SYS_madvise, reinterpret_cast<long>(memory), static_cast<long>(bytes), MADV_NOHUGEPAGE);
  if (call(SYS_madvise, reinterpret_cast<long>(memory), static_cast<long>(bytes), MADV_WIPEONFORK) == 0) return memory;
  call(SYS_munmap, reinterpret_cast<long>(memory), static_cast<long>(bytes));
  return nullptr;
}

void* map_shared(size_t bytes) {
  void* const memory = map(bytes, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1);
  if (memory != nullptr) call(SYS_madvise, reinterpret_cast<long>(memory), static_cast<long>(bytes), MADV_DONTFORK);
  return memory;
}

void empty_shared(void* memory, size_t bytes) {
  if (call(SYS_madvise, reinterpret_cast<long>(memory), static_cast<long>(bytes), MADV_REMOVE) != 0)
    memset(memory, 0, bytes);
}

void* map_shared_file(int fd, size_t bytes) { return map(bytes, MAP_SHARED | MAP_NORESERVE, fd); }

long futex_wait(const volatile void* word, uint32_t expected, uint64_t timeout_ns) {
  const timespec timeout{static_cast<time_t>(timeout_ns / 1'000'000'000),
                         static_cast<long>(timeout_ns % 1'000'000'000)};
  return call(SYS_futex, reinterpret_cast<long>(word), FUTEX_WAIT, expected, reinterpret_cast<long>(&timeout));
}

void futex_wake(const volatile void* word, int threads) {
  call(SYS_futex, reinterpret_cast<long>(word), FUTEX_WAKE, threads);
}

SignalsBlocked::SignalsBlocked(bool may_enter_kernel) : blocked_(may_enter_kernel) {
  const uint64_t all = ~uint64_t{0};
  if (blocked_)
    call(SYS_rt_sigprocmask, 0 /* SIG_BLOCK */, reinterpret_cast<long>(&all), reinterpret_cast<long>(&before_), 8);
}

SignalsBlocked::~SignalsBlocked() {
  if (blocked_) call(SYS_rt_sigprocmask, 2 /* SIG_SETMASK */, reinterpret_cast<long>(&before_), 0, 8);
}

const char* environment(const char* name) {
  const size_t length = strlen(name);
  for (char** entry = first_variable(); entry != nullptr && *entry != nullptr; ++entry)
    if (strncmp(*entry, name, length) == 0 && (*entry)[length] == '=') return *entry + length + 1;
  return nullptr;
}

void complain(const char* what, const char* detail) {
  char line[512];
  size_t used = 0;
  for (const char* part : {"heapreel: warning: ", what, detail, "\n"}) {
    const size_t bytes = strnlen(part, sizeof line - used);
    memcpy(line + used, part, bytes);
    used += bytes;
  }
  call(SYS_write, 2, reinterpret_cast<long>(line), static_cast<long>(used));
}

}  // namespace heapreel::shim::os
