// Start by environment alone: LD_PRELOAD=libheapreel.so HEAPREEL_OUT=/dir/%e.%p.reel PROGRAM.
//
// The collector is `heapreel collect`, which makes itself independent (it ends up as a child of init, or of the
// nearest subreaper), sends its pool over the socket it inherits, and watches this process by its id. The process
// itself keeps nothing: the helper it started has been waited for, the socket is closed, and no SIGCHLD told of it (the
// helper is a clone without a signal for its end; wait(2) finds such children only if asked for them).
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "recorder/shim/attach.h"
#include "recorder/shim/os.h"

extern char** environ;

namespace heapreel::shim {
namespace {

constexpr int kPatienceSeconds = 5;
constexpr size_t kVariablesMax = 4096;

struct Text {
  char bytes[PATH_MAX + 64];
};

// PREFIX/lib/heapreel/libheapreel.so or PREFIX/lib/libheapreel.so -> PREFIX/bin/heapreel
bool find_collector(Text& path) {
  const char* const given = os::environment(ring::kCollectorVariable);
  if (given != nullptr && strlen(given) < sizeof path.bytes) {
    strcpy(path.bytes, given);
    return os::call(SYS_access, reinterpret_cast<long>(path.bytes), 1) == 0;
  }
  Dl_info own{};
  if (dladdr(reinterpret_cast<void*>(&find_collector), &own) == 0 || strlen(own.dli_fname) >= PATH_MAX) return false;
  strcpy(path.bytes, own.dli_fname);
  for (int level = 0; level < 4; ++level) {
    char* const slash = strrchr(path.bytes, '/');
    if (slash == nullptr) return false;
    strcpy(slash, "/bin/heapreel");
    if (os::call(SYS_access, reinterpret_cast<long>(path.bytes), 1) == 0) return true;
    *slash = 0;
  }
  return false;
}

// The environment without what would record the collector itself.
void copy_environment(char** into) {
  size_t count = 0;
  for (char** entry = environ; entry != nullptr && *entry != nullptr && count + 1 < kVariablesMax; ++entry)
    if (strncmp(*entry, "LD_PRELOAD=", 11) != 0 && strncmp(*entry, "HEAPREEL_OUT=", 13) != 0) into[count++] = *entry;
  into[count] = nullptr;
}

void write_number(char* into, long value) {
  char digits[24];
  int count = 0;
  do digits[count++] = static_cast<char>('0' + value % 10);
  while ((value /= 10) != 0);
  while (count > 0) *into++ = digits[--count];
  *into = 0;
}

bool start_collector(const char* path, const char* out, int socket) {
  char pid[24];
  char descriptor[24];
  write_number(pid, os::call(SYS_getpid));
  write_number(descriptor, socket);
  const char* const arguments[] = {"heapreel", "collect", pid, descriptor, out, nullptr};
  char* variables[kVariablesMax];
  copy_environment(variables);
  const long child = os::call(SYS_clone);
  if (child == 0) {
    os::call(SYS_execve, reinterpret_cast<long>(path), reinterpret_cast<long>(arguments),
             reinterpret_cast<long>(variables));
    os::call(SYS_exit_group, 127);
  }
  if (child < 0) return false;
  int status;
  long waited;
  do waited = os::call(SYS_wait4, child, reinterpret_cast<long>(&status), __WALL, 0);
  while (waited == -EINTR);
  return waited == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

bool spawn_collector(const char* out, ring::Pool& pool) {
  Text path;
  if (!find_collector(path)) {
    os::complain("not recording: no heapreel beside the library; set ", ring::kCollectorVariable);
    return false;
  }
  int sockets[2];
  if (os::call(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, reinterpret_cast<long>(sockets)) != 0) return false;
  os::call(SYS_fcntl, sockets[0], 2 /* F_SETFD */, 1 /* FD_CLOEXEC */);
  const bool started = start_collector(path.bytes, out, sockets[1]);
  os::call(SYS_close, sockets[1]);
  const int fd = started ? receive_descriptor(sockets[0], kPatienceSeconds) : -1;
  os::call(SYS_close, sockets[0]);
  const bool mapped = fd >= 0 && map_pool_file(fd, nullptr, pool);
  if (fd >= 0) os::call(SYS_close, fd);
  if (!mapped) os::complain("not recording: the collector did not start: ", path.bytes);
  return mapped;
}

}  // namespace heapreel::shim
