// A web server: an acceptor that hands connections to workers, requests that leave their memory together, slow clients,
// bursts of uploads, and a log that another thread writes.
#include <deque>

#include "tools/workloads/stage/mailbox.h"
#include "tools/workloads/stage/random.h"
#include "tools/workloads/workload_table.h"

namespace heapreel::workloads {
namespace {

constexpr uint64_t kArenaBytes = 4096;   // nginx's request_pool_size
constexpr uint64_t kBufferBytes = 1024;  // nginx's client_header_buffer_size
constexpr uint64_t kUploadPieceBytes = 65'536;
constexpr uint64_t kStackHeaders = 24;  // that a connection's table of headers starts with room for

struct Connection {
  Block state;
  Block buffer;
  uint64_t requests_left = 0;
};

// What a client has not taken yet.
struct Response {
  std::vector<Block> arenas;
  Block body;
};

// A worker's next piece of work: a request of a connection, or a response that has been taken at last.
struct Task {
  Connection connection{};
  Response response{};
};

struct Site {
  Site(Stage& on, const Setting& of) : stage(&on), setting(of), log(on) {}

  Stage* stage;
  Setting setting;
  std::vector<std::unique_ptr<Mailbox<Task>>> workers;
  Mailbox<Block> log;
  uint64_t open = 0;

  double number(std::string_view name) const { return setting.parameters.number(name); }
  uint64_t count(std::string_view name) const { return setting.parameters.count(name); }
};

// Takes lines, writes them out together, and frees what the workers made.
class Logger final : public Actor {
 public:
  explicit Logger(Site& site) : site_(&site) {}

  Step step(SimThread& self) override {
    auto line = site_->log.receive(self);
    if (!line) return site_->log.wait(self);
    self.work(300);
    self.free(*line);
    return Step::kAgain;
  }

 private:
  Site* site_;
};

class Worker final : public Actor {
 public:
  Worker(Site& site, uint32_t number)
      : site_(&site),
        tasks_(site.workers[number].get()),
        random_(site.setting.seed, number + 2),
        bodies_{.median = site.number("body"), .sigma = site.number("body-sigma"), .least = 64, .most = 8U << 20} {}

  Step step(SimThread& self) override {
    auto task = tasks_->receive(self);
    if (!task) return tasks_->wait(self);
    if (task->response.arenas.empty())
      serve(self, std::move(task->connection));
    else
      take_away(self, task->response);
    return Step::kAgain;
  }

 private:
  void serve(SimThread& self, Connection connection) {
    if (!connection.buffer.held()) connection.buffer = self.malloc(kBufferBytes);
    Response response;
    read_headers(self, response);
    if (uploading(self)) upload(self);
    respond(self, response);
    log(self);
    if (random_.chance(site_->number("slow-clients")))
      hold(self, std::move(response));
    else
      take_away(self, response);
    if (--connection.requests_left > 0) return think(self, std::move(connection));
    self.free(connection.buffer);
    self.free(connection.state);
    --site_->open;
  }

  // The names and values go into arenas, the long ones and the table that finds them into blocks of their own.
  void read_headers(SimThread& self, Response& response) {
    const uint64_t headers = random_.between(6, 28);
    uint64_t room = 0;
    uint64_t table_room = kStackHeaders;
    Block table;
    std::vector<Block> strings;
    for (uint64_t i = 0; i < headers; ++i) {
      const uint64_t bytes = SizeCurve{.median = 42, .sigma = 0.9, .least = 8, .most = 8192}.draw(random_);
      if (bytes > 256) {
        strings.push_back(self.malloc(bytes));
      } else if (bytes > room) {
        response.arenas.push_back(self.malloc(kArenaBytes));
        room = kArenaBytes;
      }
      room -= std::min(bytes, room);
      if (i < table_room) continue;
      table_room *= 2;
      grow(self, table, table_room * 24);
    }
    self.work(4000);
    for (Block& string : strings) self.free(string);
    if (table.held()) self.free(table);
  }

  static void grow(SimThread& self, Block& block, uint64_t bytes) {
    if (block.held())
      self.realloc(block, bytes);
    else
      block = self.malloc(bytes);
  }

  // A page from a template grows as it is written; a file is read into what it needs.
  void respond(SimThread& self, Response& response) {
    const uint64_t bytes = bodies_.draw(random_);
    self.work(static_cast<uint64_t>(random_.exponential(40'000)));
    response.arenas.push_back(self.malloc(kArenaBytes));
    if (!random_.chance(site_->number("templates"))) {
      response.body = self.malloc(bytes);
      return;
    }
    uint64_t room = std::min<uint64_t>(bytes, 1024);
    response.body = self.malloc(room);
    while (room < bytes) {
      render_part(self);
      room = std::min(2 * room, std::max(bytes, room + room / 2));
      self.realloc(response.body, room);
    }
  }

  // What a template makes on its way: values as text, joined and thrown away.
  void render_part(SimThread& self) {
    std::vector<Block> parts;
    const uint64_t n = random_.between(4, 12);
    for (uint64_t i = 0; i < n; ++i)
      parts.push_back(self.malloc(SizeCurve{.median = 48, .sigma = 0.8, .least = 17, .most = 4096}.draw(random_)));
    self.work(2000);
    for (Block& part : parts) self.free(part);
  }

  bool uploading(const SimThread& self) {
    const uint64_t every = site_->count("upload-every");
    return self.now() % every < every / 10 && random_.chance(0.2);
  }

  // Pieces are read ahead of the disk, which takes them in order.
  void upload(SimThread& self) {
    std::deque<Block> pieces;
    const auto bytes = static_cast<uint64_t>(random_.pareto(kUploadPieceBytes, 1.2));
    const uint64_t count = std::min<uint64_t>(bytes / kUploadPieceBytes + 1, 64);
    for (uint64_t i = 0; i < count; ++i) {
      pieces.push_back(self.malloc(kUploadPieceBytes));
      self.work(20'000);
      if (pieces.size() < 8) continue;
      self.free(pieces.front());
      pieces.pop_front();
    }
    for (Block& piece : pieces) self.free(piece);
  }

  void log(SimThread& self) {
    site_->log.send(self, self.malloc(SizeCurve{.median = 180, .sigma = 0.3, .least = 80, .most = 2048}.draw(random_)));
  }

  void take_away(SimThread& self, Response& response) {
    self.free(response.body);
    for (Block& arena : response.arenas) self.free(arena);
    response.arenas.clear();
  }

  void hold(SimThread& self, Response response) {
    const double ns = random_.exponential(site_->number("slow-time"));
    tasks_->send(self, {.connection = {}, .response = std::move(response)}, static_cast<uint64_t>(ns));
  }

  void think(SimThread& self, Connection connection) {
    const double ns = random_.exponential(site_->number("think-time"));
    tasks_->send(self, {.connection = std::move(connection), .response = {}}, static_cast<uint64_t>(ns));
  }

  Site* site_;
  Mailbox<Task>* tasks_;
  Random random_;
  SizeCurve bodies_;
};

// The first thread: starts the others, then accepts.
class Acceptor final : public Actor {
 public:
  explicit Acceptor(Site& site)
      : site_(&site), random_(site.setting.seed, 1), wanted_(site.setting.scaled("connections")) {}

  Step step(SimThread& self) override {
    if (site_->workers.empty()) start(self);
    if (site_->open >= wanted_) {
      self.work(200'000);  // the limit is reached: looks again soon
      return Step::kAgain;
    }
    accept(self);
    self.work(static_cast<uint64_t>(random_.exponential(15'000)));
    return Step::kAgain;
  }

 private:
  void start(SimThread& self) {
    const uint32_t workers = site_->setting.threads - 2;
    for (uint32_t i = 0; i < workers; ++i) site_->workers.push_back(std::make_unique<Mailbox<Task>>(*site_->stage));
    for (uint32_t i = 0; i < workers; ++i) site_->stage->add_thread(std::make_unique<Worker>(*site_, i), &self);
    site_->stage->add_thread(std::make_unique<Logger>(*site_), &self);
  }

  void accept(SimThread& self) {
    Connection connection{.state = self.calloc(512), .buffer = {}};
    const double keep = site_->number("keep-alive");
    connection.requests_left = 1 + static_cast<uint64_t>(random_.exponential(std::max(keep - 1, 0.0)));
    ++site_->open;
    site_->workers[next_]->send(self, {.connection = std::move(connection), .response = {}});
    next_ = (next_ + 1) % site_->workers.size();
  }

  Site* site_;
  Random random_;
  uint64_t wanted_;
  size_t next_ = 0;
};

class WebServer final : public Workload {
 public:
  explicit WebServer(const Setting& setting) : setting_(setting) {}

  void begin(Stage& stage) override {
    site_ = std::make_unique<Site>(stage, setting_);
    stage.add_thread(std::make_unique<Acceptor>(*site_));
  }

 private:
  Setting setting_;
  std::unique_ptr<Site> site_;
};

}  // namespace

const WorkloadSpec& web_server_spec() {
  static const WorkloadSpec spec{
      .name = "web-server",
      .summary = "requests whose memory goes together, on several workers",
      .description =
          "An acceptor hands keep-alive connections to workers in turn. A request takes a buffer, arenas of 4 KiB for "
          "its headers, and a response body that is either read in one piece or grows by doubling as a template is "
          "written; all of it goes when the client has taken the response, which slow clients do seconds later. "
          "Bursts of uploads pass through pieces of 64 KiB. Each request leaves a line that the logger's thread "
          "frees, and the acceptor's connections are freed by workers.\n\nWhere the figures come from: arenas and "
          "buffers have nginx's default sizes (request_pool_size 4k, client_header_buffer_size 1k); 6 to 28 headers "
          "of some 42 bytes are what browsers send; the sizes of bodies are lognormal with a heavy tail, as measured "
          "for web pages since the 1990s.",
      .parameters = {{.name = "connections", .default_value = "1000", .help = "open at once", .least = 1, .most = 1e7},
                     {.name = "keep-alive",
                      .kind = ParameterKind::kNumber,
                      .default_value = "20",
                      .help = "requests of a connection, on average",
                      .least = 1,
                      .most = 1e6},
                     {.name = "think-time",
                      .kind = ParameterKind::kDuration,
                      .default_value = "50ms",
                      .help = "between two requests of a connection, on average",
                      .least = 1,
                      .most = 1e13},
                     {.name = "body",
                      .kind = ParameterKind::kSize,
                      .default_value = "9K",
                      .help = "median of a response body",
                      .least = 64,
                      .most = 1e7},
                     {.name = "body-sigma",
                      .kind = ParameterKind::kNumber,
                      .default_value = "1.5",
                      .help = "spread of bodies: the deviation of their logarithm",
                      .least = 0,
                      .most = 5},
                     {.name = "templates",
                      .kind = ParameterKind::kShare,
                      .default_value = "30%",
                      .help = "responses that are written by a template",
                      .least = 0,
                      .most = 1},
                     {.name = "slow-clients",
                      .kind = ParameterKind::kShare,
                      .default_value = "4%",
                      .help = "responses that are taken slowly",
                      .least = 0,
                      .most = 1},
                     {.name = "slow-time",
                      .kind = ParameterKind::kDuration,
                      .default_value = "2s",
                      .help = "what slow clients take, on average",
                      .least = 1,
                      .most = 1e13},
                     {.name = "upload-every",
                      .kind = ParameterKind::kDuration,
                      .default_value = "2s",
                      .help = "from one burst of uploads to the next; it lasts a tenth of that",
                      .least = 1e6,
                      .most = 1e15}},
      .events = 4'000'000,
      .threads = 6,
      .threads_least = 3,
      .make = [](const Setting& setting) -> base::Result<std::unique_ptr<Workload>> {
        return std::make_unique<WebServer>(setting);
      }};
  return spec;
}

}  // namespace heapreel::workloads
