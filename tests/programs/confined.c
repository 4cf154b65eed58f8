// A program that takes away what a recorder may have leaned on, then allocates on: the first argument says what.
// Every call before and after is told. What the kernel refuses (chroot without root) is told as a figure.
#define _GNU_SOURCE
#include <grp.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <malloc.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "truth.h"

enum { kBlocks = 1000, kMostFds = 1024, kNobody = 65534 };

static void close_fds(void) {
  for (int fd = 3; fd < kMostFds; ++fd) close(fd);
}

// Each descriptor becomes one of a file of ours, and nobody else may write to it.
static void dup_over_fds(void) {
  const char* path = getenv("PROBE_VICTIM");
  truth_require(path != NULL, "PROBE_VICTIM is not set");
  const int victim = open(path, O_RDWR | O_CREAT, 0600);
  for (int fd = 3; fd < kMostFds; ++fd)
    if (fd != victim) dup2(victim, fd);
}

static void limit(int resource, rlim_t value) {
  const struct rlimit both = {.rlim_cur = value, .rlim_max = value};
  truth_require(setrlimit(resource, &both) == 0, "setrlimit failed");
}

#define ALLOW(name) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_##name, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

// What malloc itself needs, writing, and leaving; all else kills.
static void filter_calls(void) {
  struct sock_filter code[] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
                               ALLOW(brk),
                               ALLOW(mmap),
                               ALLOW(munmap),
                               ALLOW(mremap),
                               ALLOW(madvise),
                               ALLOW(write),
                               ALLOW(futex),
                               ALLOW(exit),
                               ALLOW(exit_group),
                               ALLOW(getpid),
                               ALLOW(rt_sigreturn),
                               BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS)};
  const struct sock_fprog program = {.len = sizeof code / sizeof code[0], .filter = code};
  truth_require(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "no_new_privs failed");
  truth_require(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0, "the seccomp filter was refused");
}

static void drop_privileges(void) {
  truth_figure("refused", geteuid() != 0);
  if (geteuid() != 0) return;
  truth_require(setgroups(0, NULL) == 0 && setgid(kNobody) == 0 && setuid(kNobody) == 0, "cannot become nobody");
}

static void change_root(void) {
  const char* root = getenv("PROBE_ROOT");
  truth_figure("refused", geteuid() != 0);
  if (geteuid() != 0) return;
  truth_require(root != NULL && chroot(root) == 0 && chdir("/") == 0, "chroot failed");
}

static void confine(const char* how) {
  if (strcmp(how, "closed_fds") == 0) return close_fds();
  if (strcmp(how, "dup_over_fds") == 0) return dup_over_fds();
  if (strcmp(how, "filter") == 0) return filter_calls();
  if (strcmp(how, "nobody") == 0) return drop_privileges();
  if (strcmp(how, "chroot") == 0) return change_root();
  if (strcmp(how, "limit_as") == 0) return limit(RLIMIT_AS, (rlim_t)2 << 30);
  if (strcmp(how, "limit_nofile") == 0) return limit(RLIMIT_NOFILE, 0);
  if (strcmp(how, "limit_fsize") == 0) return limit(RLIMIT_FSIZE, 0);
  if (strcmp(how, "nice") == 0) return (void)setpriority(PRIO_PROCESS, 0, 19);
  // After these two the time-stamp counter faults, unless the recorder saw them coming.
  if (strcmp(how, "strict") == 0) return (void)prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT);
  if (strcmp(how, "no_tsc") == 0) return (void)prctl(PR_SET_TSC, PR_TSC_SIGSEGV);
  truth_require(0, "unknown way to be confined");
}

int main(int argc, char** argv) {
  truth_require(argc > 1, "usage: confined HOW");
  truth_open();
  mallopt(M_TOP_PAD, 8 << 20);  // the heap is big enough for all that follows, where growing it is forbidden
  mallopt(M_TRIM_THRESHOLD, 64 << 20);
  truth_fence_opens();
  truth_blocks(64, 100);
  confine(argv[1]);
  for (int i = 0; i < 5; ++i) truth_blocks(16, kBlocks);
  truth_fence_closes();
  truth_figure("reached_end", 1);
  syscall(SYS_exit, 0);  // strict mode knows no exit_group
  return 0;
}
