// The ways to the pool: inherited descriptor, /proc, socket; or a collector of our own.
#include "recorder/shim/attach.h"

#include <fcntl.h>
#include <poll.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>

#include "recorder/shim/os.h"

namespace heapreel::shim {
namespace {

void close_descriptor(int fd) { os::call(SYS_close, fd); }

char* append(char* at, const char* text) {
  while (*text != 0) *at++ = *text++;
  return at;
}

char* append_number(char* at, uint64_t value, unsigned base) {
  char digits[24];
  int count = 0;
  do {
    digits[count++] = "0123456789abcdef"[value % base];
    value /= base;
  } while (value != 0);
  while (count > 0) *at++ = digits[--count];
  return at;
}

bool is_pool_of(int fd, const ring::SessionName& name) {
  struct stat status;
  return os::call(SYS_fstat, fd, reinterpret_cast<long>(&status)) == 0 && status.st_dev == name.device &&
         status.st_ino == name.inode;
}

int open_through_proc(const ring::SessionName& name) {
  char path[64];
  char* at = append_number(append(path, "/proc/"), name.pid, 10);
  *append_number(append(at, "/fd/"), name.fd, 10) = 0;
  return static_cast<int>(os::call(SYS_openat, AT_FDCWD, reinterpret_cast<long>(path), O_RDWR | O_CLOEXEC));
}

// The name is random, and the peer must be our user or root: nobody else can hand us memory.
bool is_trusted(int socket) {
  ucred peer{};
  socklen_t bytes = sizeof peer;
  const long got = os::call(SYS_getsockopt, socket, SOL_SOCKET, SO_PEERCRED, reinterpret_cast<long>(&peer),
                            reinterpret_cast<long>(&bytes));
  return got == 0;
}

int receive_through_socket(const ring::SessionName& name) {
  const int socket = static_cast<int>(os::call(SYS_socket, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (socket < 0) return -1;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  char* const end = append_number(append(address.sun_path + 1, ring::kSocketPrefix), name.session, 16);
  const long bytes = end - reinterpret_cast<char*>(&address);
  int fd = -1;
  if (os::call(SYS_connect, socket, reinterpret_cast<long>(&address), bytes) == 0 && is_trusted(socket) &&
      os::call(SYS_sendto, socket, reinterpret_cast<long>("pool\n"), 5, MSG_NOSIGNAL) == 5)
    fd = receive_descriptor(socket, 2);
  close_descriptor(socket);
  return fd;
}

bool map_and_close(int fd, const ring::SessionName& name, ring::Pool& pool) {
  if (fd < 0) return false;
  const bool mapped = map_pool_file(fd, &name, pool);
  if (mapped || is_pool_of(fd, name)) close_descriptor(fd);
  return mapped;
}

}  // namespace

int receive_descriptor(int socket, int seconds) {
  pollfd waiting{.fd = socket, .events = POLLIN, .revents = 0};
  if (os::call(SYS_poll, reinterpret_cast<long>(&waiting), 1, seconds * 1000L) != 1) return -1;
  char byte;
  iovec data{&byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))];
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  if (os::call(SYS_recvmsg, socket, reinterpret_cast<long>(&message), MSG_CMSG_CLOEXEC) != 1) return -1;
  const cmsghdr* const header = CMSG_FIRSTHDR(&message);
  if (header == nullptr || header->cmsg_type != SCM_RIGHTS) return -1;
  int fd;
  memcpy(&fd, CMSG_DATA(header), sizeof fd);
  return fd;
}

bool map_pool_file(int fd, const ring::SessionName* name, ring::Pool& pool) {
  if (name != nullptr && !is_pool_of(fd, *name)) return false;
  struct stat status;
  if (os::call(SYS_fstat, fd, reinterpret_cast<long>(&status)) != 0 || status.st_size < 4096) return false;
  void* const memory = os::map_shared_file(fd, static_cast<size_t>(status.st_size));
  if (memory == nullptr) return false;
  auto* const header = static_cast<ring::PoolHeader*>(memory);
  const bool ours = header->magic == ring::kPoolMagic && header->version == ring::kPoolVersion &&
                    header->bytes == static_cast<uint64_t>(status.st_size) &&
                    ring::pool_bytes(header->large_chunks) == header->bytes;
  if (!ours) {
    os::call(SYS_munmap, reinterpret_cast<long>(memory), status.st_size);
    return false;
  }
  pool.header = header;
  pool.large_chunks = header->large_chunks;
  return true;
}

bool map_pool(ring::Pool& pool) {
  ring::SessionName name;
  const char* const session = os::environment(ring::kSessionVariable);
  if (session != nullptr && ring::read_session(session, name)) {
    const int inherited = static_cast<int>(name.fd);
    if (is_pool_of(inherited, name) && map_and_close(inherited, name, pool)) return true;
    return map_and_close(open_through_proc(name), name, pool) ||
           map_and_close(receive_through_socket(name), name, pool);
  }
  const char* const out = os::environment(ring::kOutVariable);
  return out != nullptr && *out != 0 && spawn_collector(out, pool);
}

}  // namespace heapreel::shim
