// Both sides of the door.
#include "recorder/collector/door.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <fmt/format.h>
#include <fstream>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace heapreel::collector {
namespace {

constexpr size_t kRequestBytesMax = 256;
constexpr size_t kAnswerBytesMax = 4 << 20;

struct Address {
  sockaddr_un address{};
  socklen_t bytes = 0;
};

Address address_of(const std::string& name) {
  Address result;
  result.address.sun_family = AF_UNIX;
  const size_t length = std::min(name.size(), sizeof result.address.sun_path - 1);
  std::memcpy(result.address.sun_path + 1, name.data(), length);
  result.bytes = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + length);
  return result;
}

const sockaddr* raw(const Address& address) { return reinterpret_cast<const sockaddr*>(&address.address); }

base::Fd listen_at(const std::string& name) {
  base::Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const Address address = address_of(name);
  if (!socket.valid() || bind(socket.get(), raw(address), address.bytes) != 0 || listen(socket.get(), 64) != 0)
    return {};
  return socket;
}

ucred peer_of(int fd) {
  ucred peer{.pid = 0, .uid = ~uid_t{0}, .gid = ~gid_t{0}};
  socklen_t bytes = sizeof peer;
  (void)getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &bytes);
  return peer;
}

base::Error cannot_ask(int sys_errno) { return base::system_error("cannot reach the recorder", sys_errno); }

}  // namespace

void send_descriptor(int socket, int fd) {
  char byte = 0;
  iovec data{.iov_base = &byte, .iov_len = 1};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  cmsghdr* const header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  std::memcpy(CMSG_DATA(header), &fd, sizeof fd);
  (void)sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

Door::Door(const SharedPool& pool, Attention& attention)
    : pool_(pool), attention_(attention), listener_(listen_at(pool.socket_name())) {
  if (listener_.valid()) attention_.watch(listener_.get());
}

bool Door::serve(int fd, const DoorAnswers& answers) {
  if (listener_.valid() && fd == listener_.get()) {
    let_in();
    return true;
  }
  for (size_t guest = 0; guest < guests_.size(); ++guest) {
    if (guests_[guest].get() != fd) continue;
    hear(guest, answers);
    return true;
  }
  return false;
}

void Door::let_in() {
  for (;;) {
    base::Fd guest(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!guest.valid()) return;
    if (guests_.size() == kGuestsMax) see_out(0);
    attention_.watch(guest.get());
    guests_.push_back(std::move(guest));
  }
}

void Door::see_out(size_t guest) {
  attention_.unwatch(guests_[guest].get());
  guests_.erase(guests_.begin() + static_cast<ptrdiff_t>(guest));
}

void Door::hear(size_t guest, const DoorAnswers& answers) {
  const int fd = guests_[guest].get();
  std::array<char, kRequestBytesMax> text;
  const ssize_t got = recv(fd, text.data(), text.size(), MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  const std::string_view line(text.data(), got > 0 ? static_cast<size_t>(got) : 0);
  const size_t end = line.find('\n');
  if (end == std::string_view::npos) return see_out(guest);  // our clients send a line at once
  const std::string request(line.substr(0, end));
  const ucred peer = peer_of(fd);
  const bool ours = peer.uid == 0 || peer.uid == geteuid();
  if (request == "pool") {
    if (ours || answers.is_family(peer.pid)) send_descriptor(fd, pool_.fd());
  } else {
    const std::string answer = ours ? answers.answer(request) : R"({"error":"not permitted"})";
    (void)send(fd, answer.data(), answer.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  }
  see_out(guest);
}

// Lines of /proc/net/unix end with the name, where @ stands for the 0 of an abstract one.
std::vector<std::string> doors() {
  std::vector<std::string> names;
  std::ifstream sockets("/proc/net/unix");
  const std::string prefix = std::string("@") + ring::kSocketPrefix;
  for (std::string line; std::getline(sockets, line);) {
    const size_t at = line.rfind(' ');
    if (at == std::string::npos || line.compare(at + 1, prefix.size(), prefix) != 0) continue;
    const std::string name = line.substr(at + 2);
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

base::Result<std::string> ask(const std::string& door, const std::string& request, int timeout_ms) {
  const base::Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const Address address = address_of(door);
  if (!socket.valid() || connect(socket.get(), raw(address), address.bytes) != 0) return base::fail(cannot_ask(errno));
  const std::string line = request + "\n";
  if (send(socket.get(), line.data(), line.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(line.size()))
    return base::fail(cannot_ask(errno));
  std::string answer;
  std::array<char, 4096> piece;
  while (answer.size() < kAnswerBytesMax) {
    pollfd waiting{.fd = socket.get(), .events = POLLIN, .revents = 0};
    if (poll(&waiting, 1, timeout_ms) != 1) return base::fail(cannot_ask(ETIMEDOUT));
    const ssize_t got = recv(socket.get(), piece.data(), piece.size(), 0);
    if (got < 0) return base::fail(cannot_ask(errno));
    if (got == 0) break;
    answer.append(piece.data(), static_cast<size_t>(got));
  }
  return answer;
}

}  // namespace heapreel::collector
