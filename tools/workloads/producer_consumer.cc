// Producers and consumers: what one side allocates the other frees, through a queue that bursts fill and that holds
// the producers back when it is full.
#include "tools/workloads/program.h"
#include "tools/workloads/stage/mailbox.h"
#include "tools/workloads/stage/random.h"
#include "tools/workloads/workload_table.h"

namespace heapreel::workloads {
namespace {

constexpr uint64_t kNodeBytes = 64;       // the queue's own node: links, a time, the payload's place and length
constexpr uint64_t kMessagesPerStep = 4;  // so that nobody gets far ahead of the others
constexpr uint64_t kFullWaitNs = 50'000;
constexpr double kMakeNs = 200;

struct Message {
  Block node;
  Block payload;
};

struct Line : Scene {
  Line(Stage& on, const Setting& of) : Scene(on, of), queue(on), room(setting.scaled("queue")) {}

  Mailbox<Message> queue;
  uint64_t room;

  uint32_t producers() const { return setting.threads / 2; }
  uint32_t consumers() const { return setting.threads - producers(); }
};

class Consumer final : public Actor {
 public:
  Consumer(Line& line, uint32_t number)
      : line_(&line), random_(line.setting.seed, number + 1), service_ns_(line.number("service")) {}

  Step step(SimThread& self) override {
    for (uint64_t i = 0; i < kMessagesPerStep; ++i) {
      auto message = line_->queue.receive(self);
      if (!message) return i > 0 ? Step::kAgain : line_->queue.wait(self);
      self.work(static_cast<uint64_t>(random_.exponential(service_ns_)));
      self.free(message->payload);
      self.destroy(message->node);
    }
    return Step::kAgain;
  }

 private:
  Line* line_;
  Random random_;
  double service_ns_;
};

class Producer final : public Actor {
 public:
  Producer(Line& line, uint32_t number)
      : line_(&line),
        random_(line.setting.seed, number + 1),
        payloads_{.median = line.number("payload"), .sigma = line.number("sigma"), .least = 1, .most = 1U << 20},
        burst_(line.number("burst")),
        first_(number == 0) {
    // So that the consumers are as busy as they are meant to be, on average.
    const double consumers_ns = line.number("service") / line.consumers();
    pause_ns_ = burst_ * std::max(0.0, consumers_ns * line.producers() / line.number("load") - kMakeNs);
  }

  Step step(SimThread& self) override {
    if (first_) start_others(self);
    for (uint64_t i = 0; i < kMessagesPerStep; ++i) {
      if (line_->queue.size() >= line_->room) {
        self.work(std::max(kFullWaitNs, line_->count("service")));
        return Step::kAgain;
      }
      send(self);
      if (--left_ > 0) continue;
      left_ = 1 + static_cast<uint64_t>(random_.exponential(burst_ - 1));
      self.work(static_cast<uint64_t>(random_.exponential(pause_ns_)));
      return Step::kAgain;
    }
    return Step::kAgain;
  }

 private:
  void start_others(SimThread& self) {
    first_ = false;
    Scene::start<Producer>(*line_, self, 1, line_->producers() - 1);
    Scene::start<Consumer>(*line_, self, line_->producers(), line_->consumers());
  }

  void send(SimThread& self) {
    self.work(static_cast<uint64_t>(random_.exponential(kMakeNs)));
    const Block node = self.make(kNodeBytes);
    line_->queue.send(self, {.node = node, .payload = self.malloc(payloads_.draw(random_))});
  }

  Line* line_;
  Random random_;
  SizeCurve payloads_;
  double burst_;
  double pause_ns_;
  uint64_t left_ = 1;  // of a burst
  bool first_;
};

}  // namespace

const WorkloadSpec& producer_consumer_spec() {
  static const WorkloadSpec spec{
      .name = "producer-consumer",
      .summary = "one side allocates, the other frees, a queue between them",
      .description =
          "Half of the threads make messages, a node of 64 bytes and a payload, and put them into one queue; the other "
          "half takes them out, works on each for a while and frees both. No consumer ever allocates and no producer "
          "ever frees, so that every free is remote: the memory has to find its way back. Messages come in bursts, "
          "the queue fills and drains, and when it is full the producers wait.\n\n"
          "Where the figures come from: all are chosen; at a load of 90 % such a queue is long now and then and empty "
          "at other times.",
      .parameters = {{.name = "queue",
                      .default_value = "20k",
                      .help = "messages when the queue is full",
                      .least = 1,
                      .most = 1e9},
                     {.name = "payload",
                      .kind = ParameterKind::kSize,
                      .default_value = "256",
                      .help = "median of a payload",
                      .least = 1,
                      .most = 1e6},
                     {.name = "sigma",
                      .kind = ParameterKind::kNumber,
                      .default_value = "1",
                      .help = "spread of payloads: the deviation of their logarithm",
                      .least = 0,
                      .most = 5},
                     {.name = "burst",
                      .kind = ParameterKind::kNumber,
                      .default_value = "500",
                      .help = "messages of a burst, on average",
                      .least = 1,
                      .most = 1e6},
                     {.name = "service",
                      .kind = ParameterKind::kDuration,
                      .default_value = "1us",
                      .help = "what a message takes a consumer, on average",
                      .least = 1,
                      .most = 1e12},
                     {.name = "load",
                      .kind = ParameterKind::kShare,
                      .default_value = "90%",
                      .help = "of the consumers' time that the messages take",
                      .least = 0.01,
                      .most = 2}},
      .events = 2'000'000,
      .threads = 4,
      .threads_least = 2,
      .make = make_program<Line, Producer>};
  return spec;
}

}  // namespace heapreel::workloads
