// A server and its clients in one process, for the benchmark of predictions: requests cross threads, sessions live in a
// cache, connections come and go, and towards the end it idles.
//
//   threaded_server [--requests N] [--idle-ms N]
//
// Every queue is bounded and every client waits for its answer, so that what is allocated does not depend on how fast
// the allocator is. Sizes come from fixed seeds. Absent: sockets; their memory is the kernel's.
#include <array>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace {

constexpr unsigned kClients = 4;
constexpr unsigned kWorkers = 2;
constexpr size_t kQueueMax = 64;
constexpr size_t kBatch = 32;
constexpr unsigned kConnections = 40;
constexpr uint64_t kSessions = 20'000;

// Made by a client, freed by a worker; several requests at once, as a pipelining client sends them.
struct Request {
  uint64_t session = 0;
  std::string body;
};
struct Batch {
  unsigned client = 0;
  std::vector<Request> requests;
};
using Answers = std::vector<std::string>;

// Blocks its producers when it is full.
template <class Item>
class BoundedQueue {
 public:
  void push(Item item) {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return items_.size() < kQueueMax; });
    items_.push_back(std::move(item));
    some_.notify_one();
  }
  // Nothing once the queue is closed and empty.
  std::unique_ptr<Item> pop() {
    std::unique_lock lock(mutex_);
    some_.wait(lock, [&] { return closed_ || !items_.empty(); });
    if (items_.empty()) return nullptr;
    auto item = std::make_unique<Item>(std::move(items_.front()));
    items_.pop_front();
    room_.notify_one();
    return item;
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

// The state of a session: a few strings that grow and are replaced.
struct Session {
  std::vector<std::string> lines;
  std::vector<char> page;
};

class Server {
 public:
  void answer_all(unsigned number) {
    std::mt19937_64 random(number + 1);
    while (const auto batch = queue_.pop()) {
      Answers answers;
      for (const Request& request : batch->requests) answers.push_back(answer(request, random));
      answers_[batch->client].push(std::move(answers));
    }
  }
  void ask(Batch batch) { queue_.push(std::move(batch)); }
  Answers await(unsigned client) {
    const auto answers = answers_[client].pop();
    return answers ? std::move(*answers) : Answers();
  }
  void close() { queue_.close(); }
  void forget(uint64_t session) {
    Shard& shard = shards_[session % shards_.size()];
    const std::lock_guard lock(shard.mutex);
    shard.sessions.erase(session);
  }

 private:
  struct Shard {
    std::mutex mutex;
    std::unordered_map<uint64_t, Session> sessions;
  };

  std::string answer(const Request& request, std::mt19937_64& random) {
    Shard& shard = shards_[request.session % shards_.size()];
    const std::lock_guard lock(shard.mutex);
    Session& session = shard.sessions[request.session];
    session.lines.emplace_back(request.body.substr(0, 24 + request.session % 200));
    if (session.lines.size() > 12) session.lines.erase(session.lines.begin(), session.lines.begin() + 6);
    if (request.session % 16 == 0) session.page.assign(1024 + random() % 8192, 'p');
    std::string text;
    for (const std::string& line : session.lines) text += line;  // grows by reallocation
    return text;
  }

  BoundedQueue<Batch> queue_;
  std::array<BoundedQueue<Answers>, kClients> answers_;
  std::array<Shard, 16> shards_;
};

void be_client(Server& server, unsigned number, uint64_t requests) {
  std::mt19937_64 random(number + 100);
  uint64_t sum = 0;
  for (uint64_t sent = 0; sent < requests; sent += kBatch) {
    Batch batch{.client = number, .requests = {}};
    for (size_t i = 0; i < kBatch; ++i)
      batch.requests.push_back({random() % kSessions, std::string(40 + random() % 400, 'b')});
    server.ask(std::move(batch));
    for (const std::string& answer : server.await(number)) sum += answer.size();
    for (size_t i = 0; i < kBatch / 8; ++i) server.forget(random() % kSessions);
  }
  if (sum == 0) std::fputs("no answers\n", stderr);
}

// A connection: a buffer that is mostly not used, and a short life.
void be_connection(unsigned number) {
  const std::unique_ptr<char[]> buffer(new char[256 << 10]);
  std::memset(buffer.get(), 1, 8 << 10);
  std::vector<std::string> headers;
  for (unsigned i = 0; i < 2000; ++i) headers.emplace_back(16 + (i * 7 + number) % 120, 'h');
}

void serve(uint64_t requests, uint64_t idle_ms) {
  Server server;
  std::vector<std::thread> workers, clients;
  for (unsigned i = 0; i < kWorkers; ++i) workers.emplace_back([&server, i] { server.answer_all(i); });
  for (unsigned i = 0; i < kClients; ++i)
    clients.emplace_back([&server, i, requests] { be_client(server, i, requests / kClients); });
  for (unsigned i = 0; i < kConnections; ++i) std::thread(be_connection, i).join();
  for (std::thread& client : clients) client.join();
  for (uint64_t session = 0; session < kSessions; ++session)
    if (session % 4 != 0) server.forget(session);
  std::vector<std::string> trickle;
  for (uint64_t i = 0; i < idle_ms / 10; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    trickle.emplace_back(100, 't');
  }
  server.close();
  for (std::thread& worker : workers) worker.join();
}

uint64_t number_behind(int count, char** words, const char* flag, uint64_t otherwise) {
  for (int i = 1; i + 1 < count; ++i)
    if (std::strcmp(words[i], flag) == 0) return std::strtoull(words[i + 1], nullptr, 10);
  return otherwise;
}

}  // namespace

int main(int count, char** words) {
  serve(number_behind(count, words, "--requests", 600'000), number_behind(count, words, "--idle-ms", 1500));
  return 0;
}
