// What server.cc talks through: queues between its threads, and connections over loopback.
#pragma once

#include <arpa/inet.h>
#include <array>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <netinet/tcp.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

namespace samples {

constexpr size_t kQueueMax = 256;

template <class Item>
class BoundedQueue {
 public:
  void push(Item item) {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return items_.size() < kQueueMax; });
    items_.push_back(std::move(item));
    some_.notify_one();
  }
  // False once the queue is closed and empty.
  bool pop(Item& item) {
    std::unique_lock lock(mutex_);
    some_.wait(lock, [&] { return closed_ || !items_.empty(); });
    if (items_.empty()) return false;
    item = std::move(items_.front());
    items_.pop_front();
    room_.notify_one();
    return true;
  }
  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    some_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable room_, some_;
  std::deque<Item> items_;
  bool closed_ = false;
};

inline sockaddr_in loopback(unsigned port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

// A connection read by lines and lengths.
class Connection {
 public:
  explicit Connection(int fd) : fd_(fd) {
    const int on = 1;
    setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  ~Connection() { close(fd_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  bool read_line(std::string& line) {
    size_t end;
    while ((end = buffer_.find('\n')) == std::string::npos)
      if (!fill()) return false;
    line = buffer_.substr(0, end);
    buffer_.erase(0, end + 1);
    return true;
  }
  bool read_bytes(size_t bytes, std::string& text) {
    while (buffer_.size() < bytes)
      if (!fill()) return false;
    text = buffer_.substr(0, bytes);
    buffer_.erase(0, bytes);
    return true;
  }
  bool has_more() const { return !buffer_.empty(); }
  bool send_all(const std::string& text) {
    for (size_t sent = 0; sent < text.size();) {
      const ssize_t some = send(fd_, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
      if (some <= 0) return false;
      sent += static_cast<size_t>(some);
    }
    return true;
  }

 private:
  bool fill() {
    std::array<char, 16 << 10> piece;
    const ssize_t some = recv(fd_, piece.data(), piece.size(), 0);
    if (some > 0) buffer_.append(piece.data(), static_cast<size_t>(some));
    return some > 0;
  }

  int fd_;
  std::string buffer_;
};

inline std::unique_ptr<Connection> connect_to(unsigned port) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  const sockaddr_in address = loopback(port);
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
    return std::make_unique<Connection>(fd);
  close(fd);
  return nullptr;
}

}  // namespace samples
