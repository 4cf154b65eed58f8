// The multithreaded server among the samples: an accept loop, workers, a logger, and a client that is a process of its
// own.
//
//   server serve PORT                 serves until a client says QUIT
//   server load PORT REQUESTS         four connections at a time; sizes and keys come from fixed seeds
//
// A line is a request: PUT KEY BYTES (and that many bytes), GET KEY, DEL KEY, LIST PREFIX, QUIT. Every answer is a line
// with a length, and so many bytes. A client waits for the answers to a batch before it sends the next, and every queue
// is bounded: what is allocated does not depend on how fast the allocator is. Absent: any use beyond loopback.
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <sstream>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <unordered_map>
#include <vector>

#include "connection.h"

namespace {

using namespace samples;  // NOLINT: its own other half

constexpr unsigned kWorkers = 4;
constexpr unsigned kClients = 4;
constexpr size_t kBatch = 16;           // requests a client sends at once
constexpr size_t kRequestsEach = 4000;  // of one connection
constexpr size_t kKeys = 60'000;
constexpr size_t kListedMax = 40;
constexpr size_t kLoggedMax = 2000;  // records that the logger keeps

// Values are handed out while they may be replaced: shared.
class Store {
 public:
  void put(const std::string& key, std::string value) {
    auto made = std::make_shared<const std::string>(std::move(value));
    Shard& shard = shard_of(key);
    const std::lock_guard lock(shard.mutex);
    shard.values[key] = std::move(made);
  }
  std::shared_ptr<const std::string> get(const std::string& key) {
    Shard& shard = shard_of(key);
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.values.find(key);
    return found == shard.values.end() ? nullptr : found->second;
  }
  void remove(const std::string& key) {
    Shard& shard = shard_of(key);
    const std::lock_guard lock(shard.mutex);
    shard.values.erase(key);
  }
  std::vector<std::string> list(const std::string& prefix) {
    std::vector<std::string> keys;
    Shard& shard = shard_of(prefix);
    const std::lock_guard lock(shard.mutex);
    for (const auto& [key, value] : shard.values) {
      if (key.compare(0, 5, prefix, 0, 5) != 0) continue;
      keys.push_back(key + " " + std::to_string(value->size()));
      if (keys.size() == kListedMax) break;
    }
    std::sort(keys.begin(), keys.end());
    return keys;
  }

 private:
  struct Shard {
    std::mutex mutex;
    std::unordered_map<std::string, std::shared_ptr<const std::string>> values;
  };
  Shard& shard_of(const std::string& key) { return shards_[std::hash<std::string>()(key) % shards_.size()]; }

  std::array<Shard, 16> shards_;
};

// Made by a worker, freed by the logger.
struct LogRecord {
  std::string request;
  std::map<std::string, std::string> fields;
};

class Server {
 public:
  bool serve(unsigned port) {
    listener_ = socket(AF_INET, SOCK_STREAM, 0);
    const int on = 1;
    setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    const sockaddr_in address = loopback(port);
    if (bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return false;
    if (listen(listener_, 64) != 0) return false;
    std::thread logger([this] { keep_log(); });
    std::vector<std::thread> workers;
    for (unsigned i = 0; i < kWorkers; ++i) workers.emplace_back([this] { work(); });
    for (int fd; (fd = accept(listener_, nullptr, nullptr)) >= 0;) connections_.push(std::make_unique<Connection>(fd));
    connections_.close();
    for (std::thread& worker : workers) worker.join();
    log_.close();
    logger.join();
    close(listener_);
    return true;
  }

 private:
  void work() {
    for (std::unique_ptr<Connection> connection; connections_.pop(connection); connection.reset()) talk(*connection);
  }

  // Answers are collected while requests are there, as a server that is asked in batches does.
  void talk(Connection& connection) {
    std::string answers;
    for (std::string line; connection.read_line(line);) {
      std::istringstream words(line);
      std::string verb, key;
      size_t bytes = 0;
      words >> verb >> key >> bytes;
      if (verb == "QUIT") return stop();
      std::string body;
      if (verb == "PUT" && !connection.read_bytes(bytes, body)) return;
      const std::string answer = answer_to(verb, key, std::move(body));
      answers += std::to_string(answer.size()) + "\n" + answer;
      auto record = std::make_unique<LogRecord>();
      record->request = line;
      record->fields["verb"] = verb;
      record->fields["bytes"] = std::to_string(answer.size());
      log_.push(std::move(record));
      if (connection.has_more()) continue;
      if (!connection.send_all(answers)) return;
      answers = std::string();
    }
  }

  std::string answer_to(const std::string& verb, const std::string& key, std::string body) {
    if (verb == "PUT") return store_.put(key, std::move(body)), "stored";
    if (verb == "DEL") return store_.remove(key), "removed";
    if (verb == "GET") {
      const auto value = store_.get(key);
      return value ? *value : "none";
    }
    std::string text;
    for (const std::string& listed : store_.list(key)) text += listed + "\n";
    return text;
  }

  void keep_log() {
    std::deque<std::unique_ptr<LogRecord>> kept;
    for (std::unique_ptr<LogRecord> record; log_.pop(record);) {
      kept.push_back(std::move(record));
      if (kept.size() > kLoggedMax) kept.pop_front();
    }
  }

  void stop() { shutdown(listener_, SHUT_RDWR); }

  int listener_ = -1;
  BoundedQueue<std::unique_ptr<Connection>> connections_;
  BoundedQueue<std::unique_ptr<LogRecord>> log_;
  Store store_;
};

// Most values are short, some are not; later ones are longer than the first.
size_t value_bytes(std::mt19937_64& random, size_t done, size_t all) {
  const size_t base = random() % 64 == 0 ? 4096 + random() % 28'000 : 20 + random() % 300;
  return done * 2 < all ? base : base + base / 2;
}

std::string next_request(std::mt19937_64& random, size_t done, size_t all) {
  const std::string key = "key:" + std::to_string(random() % kKeys);
  const size_t kind = random() % 20;
  if (kind < 8) {
    const size_t bytes = value_bytes(random, done, all);
    return "PUT " + key + " " + std::to_string(bytes) + "\n" + std::string(bytes, 'v');
  }
  if (kind == 8) return "LIST " + key + "\n";
  return (kind < 12 ? "DEL " : "GET ") + key + "\n";
}

bool load(unsigned port, unsigned number, size_t requests) {
  std::mt19937_64 random(number + 1);
  std::unique_ptr<Connection> connection;
  for (size_t sent = 0; sent < requests; sent += kBatch) {
    if (sent % kRequestsEach < kBatch) connection = connect_to(port);
    if (connection == nullptr) return false;
    std::string batch;
    for (size_t i = 0; i < kBatch; ++i) batch += next_request(random, sent, requests);
    if (!connection->send_all(batch)) return false;
    std::string text;
    for (size_t i = 0; i < kBatch; ++i)
      if (!connection->read_line(text) || !connection->read_bytes(std::stoul(text), text)) return false;
  }
  return true;
}

bool load_all(unsigned port, size_t requests) {
  std::vector<std::thread> clients;
  std::array<bool, kClients> well{};
  for (unsigned i = 0; i < kClients; ++i)
    clients.emplace_back([&well, port, i, requests] { well[i] = load(port, i, requests / kClients); });
  for (std::thread& client : clients) client.join();
  const auto last = connect_to(port);
  return last != nullptr && last->send_all("QUIT\n") &&
         std::all_of(well.begin(), well.end(), [](bool it) { return it; });
}

}  // namespace

int main(int count, char** words) {
  const std::string what = count > 2 ? words[1] : "";
  const unsigned port = count > 2 ? static_cast<unsigned>(std::strtoul(words[2], nullptr, 10)) : 0;
  if (what == "serve" && count == 3) return Server().serve(port) ? 0 : 1;
  if (what == "load" && count == 4) return load_all(port, std::strtoull(words[3], nullptr, 10)) ? 0 : 1;
  std::fputs("usage: server serve PORT | server load PORT REQUESTS\n", stderr);
  return 2;
}
