// Entry points that are not the allocator's: what the shim must see coming. Each does what it was asked, first or last.
//
// pthread_create: what the loader allocates in it is the new thread's TLS. fork: when the child's life begins. prctl
// and syscall: after seccomp or PR_SET_TSC the clock or the kernel may be out of bounds for this thread.
#include <errno.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stdarg.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "recorder/shim/export.h"
#include "recorder/shim/next.h"
#include "recorder/shim/note.h"
#include "recorder/shim/start.h"
#include "recorder/shim/thread.h"

namespace heapreel::shim {
namespace {

template <class Function>
Function* next_function(Function*& known, const char* name) {
  if (known == nullptr) {
    ThreadSlot& thread = t_thread;
    const uint32_t guard = thread.guard;
    thread.guard |= kHolding;
    known = reinterpret_cast<Function*>(find_next(name));
    thread.guard = guard;
  }
  return known;
}

using Create = int(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);
using Fork = pid_t();
using Prctl = int(int, unsigned long, unsigned long, unsigned long, unsigned long);
using Syscall = long(long, long, long, long, long, long, long);

Create* g_create;
Fork* g_fork;
Prctl* g_prctl;
Syscall* g_syscall;

// From here on the thread must do without; new threads inherit both limits.
void give_up(uint32_t what) {
  t_thread.guard |= what | kThorough;
  g_shim.start_guard |= what | kThorough;
}

void before_prctl(int option, unsigned long argument) {
  if (option == PR_SET_TSC && argument == PR_TSC_SIGSEGV) give_up(kStampless);
  if (option == PR_SET_SECCOMP && argument == SECCOMP_MODE_STRICT) give_up(kStampless | kSilent);
  if (option == PR_SET_SECCOMP && argument == SECCOMP_MODE_FILTER) give_up(kSilent);
}

void before_seccomp(long operation) {
  if (operation == SECCOMP_SET_MODE_STRICT) give_up(kStampless | kSilent);
  if (operation == SECCOMP_SET_MODE_FILTER) give_up(kSilent);
}

}  // namespace

HEAPREEL_ENTRY int pthread_create(pthread_t* made, const pthread_attr_t* attributes, void* (*body)(void*),
                                  void* argument) {
  Create* const next = next_function(g_create, "pthread_create");
  ThreadSlot& thread = t_thread;
  const uint32_t guard = thread.guard;
  thread.guard |= kMaking;
  const int status = next(made, attributes, body, argument);
  thread.guard = (thread.guard & ~uint32_t{kMaking}) | (guard & kMaking);
  return status;
}

// The collector must know of the child before the parent is gone: it ends with the last process it knows.
HEAPREEL_ENTRY pid_t fork() {
  Fork* const next = next_function(g_fork, "fork");
  if (!is_recording() || t_thread.state->in_use == 0 || !may_enter_kernel()) {
    g_shim.fork_stamp = is_recording() ? read_stamp(t_thread) : 0;
    return next();
  }
  g_shim.fork_stamp = read_stamp(t_thread);
  std::atomic<uint32_t>& forks = g_shim.header->forks;
  forks.fetch_add(1, std::memory_order_seq_cst);
  const pid_t child = next();
  const int kept = errno;
  if (child == 0 && g_shim.arena->in_use == 0) adopt_process(ring::Origin::kFork);
  if (child <= 0) forks.fetch_sub(1, std::memory_order_seq_cst);
  // While the process has one thread, stamps are shared: what the parent does from here on is not of before the fork.
  if (child != 0) t_thread.state->stamp = read_stamp(t_thread);
  errno = kept;
  return child;
}

HEAPREEL_ENTRY int prctl(int option, ...) {
  va_list list;
  va_start(list, option);
  unsigned long arguments[4];
  for (unsigned long& argument : arguments) argument = va_arg(list, unsigned long);
  va_end(list);
  before_prctl(option, arguments[0]);
  return next_function(g_prctl, "prctl")(option, arguments[0], arguments[1], arguments[2], arguments[3]);
}

HEAPREEL_ENTRY long syscall(long number, ...) {
  va_list list;
  va_start(list, number);
  long arguments[6];
  for (long& argument : arguments) argument = va_arg(list, long);
  va_end(list);
  if (number == SYS_prctl) before_prctl(static_cast<int>(arguments[0]), static_cast<unsigned long>(arguments[1]));
  if (number == SYS_seccomp) before_seccomp(arguments[0]);
  return next_function(g_syscall, "syscall")(number, arguments[0], arguments[1], arguments[2], arguments[3],
                                             arguments[4], arguments[5]);
}

// heapreel.h calls this, if it is there.
HEAPREEL_ENTRY void heapreel_mark_1(const char* name, size_t bytes) {
  constexpr size_t kNameMax = 1024;
  ThreadSlot& thread = t_thread;
  if ((thread.guard & (kHolding | kFresh)) != 0 || !is_recording()) return;
  uint64_t words[kNameMax / 8];
  const size_t kept = bytes < kNameMax ? bytes : kNameMax;
  memset(words, 0, sizeof words);
  memcpy(words, name, kept);
  thread.guard |= kHolding;
  write_note(thread, ring::Note::kMark, static_cast<uint32_t>(kept), words, static_cast<uint32_t>((kept + 7) / 8));
  thread.guard &= ~uint32_t{kHolding};
}

}  // namespace heapreel::shim
