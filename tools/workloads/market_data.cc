// A market data handler: packets that are decoded into aligned ticks, subscribers that keep history in growing lists
// and compress what is old, and bursts in which they fall behind.
#include <deque>

#include "tools/workloads/program.h"
#include "tools/workloads/stage/choice.h"
#include "tools/workloads/stage/mailbox.h"
#include "tools/workloads/workload_table.h"

namespace heapreel::workloads {
namespace {

constexpr uint64_t kPacketBytes = 2048;  // an Ethernet frame and what the card writes about it
constexpr uint64_t kTickBytes = 128;     // two cache lines, aligned to one
constexpr unsigned kLineLog2 = 6;
constexpr unsigned kPageLog2 = 12;
constexpr uint64_t kRowBytes = 16;  // time, price and quantity in the history
constexpr uint64_t kFirstRows = 64;
constexpr uint64_t kBarBytes = 96;  // open, high, low, close and more of a stretch of ticks
constexpr uint64_t kTicksPerBar = 256;
constexpr uint64_t kTicksPerStep = 128;
constexpr size_t kTicksWaitingMost = 1'000'000;  // then packets are lost, as they are in life

struct Tick {
  Block block;
  uint32_t symbol = 0;
};

struct Feed : Scene {
  Feed(Stage& on, const Setting& of) : Scene(on, of) {
    for (uint32_t i = 1; i < setting.threads; ++i) subscribers.push_back(std::make_unique<Mailbox<Tick>>(on));
  }

  std::vector<std::unique_ptr<Mailbox<Tick>>> subscribers;  // a symbol belongs to one of them
};

// What a subscriber knows of a symbol.
struct History {
  Block rows;
  uint64_t count = 0;
  uint64_t room = 0;
  std::deque<Block> compressed;
  std::deque<Block> bars;
};

class Subscriber final : public Actor {
 public:
  Subscriber(Feed& feed, uint32_t number)
      : feed_(&feed),
        random_(feed.setting.seed, number + 1),
        ticks_(feed.subscribers[number - 1].get()),
        histories_(feed.setting.scaled("symbols") / feed.subscribers.size() + 1),
        rows_most_(feed.count("history")),
        columns_most_(feed.count("columns")),
        tick_ns_(feed.number("tick-time")) {}

  Step step(SimThread& self) override {
    for (uint64_t i = 0; i < kTicksPerStep; ++i) {
      auto tick = ticks_->receive(self);
      if (!tick) return i > 0 ? Step::kAgain : ticks_->wait(self);
      self.work(static_cast<uint64_t>(random_.exponential(tick_ns_)));
      keep(self, histories_[tick->symbol / feed_->subscribers.size()]);
      self.free(tick->block);
    }
    return Step::kAgain;
  }

 private:
  void keep(SimThread& self, History& history) {
    if (history.count == history.room) make_room(self, history);
    if (++history.count % kTicksPerBar == 0) end_bar(self, history);
    if (history.count == rows_most_) compress(self, history);
  }

  void make_room(SimThread& self, History& history) {
    history.room = std::min(rows_most_, history.room == 0 ? kFirstRows : 2 * history.room);
    if (history.rows.held())
      self.realloc(history.rows, history.room * kRowBytes);
    else
      history.rows = self.malloc(history.room * kRowBytes);
  }

  void end_bar(SimThread& self, History& history) {
    history.bars.push_back(self.make(kBarBytes));
    if (history.bars.size() <= 4 * columns_most_) return;
    self.destroy(history.bars.front());
    history.bars.pop_front();
  }

  // The rows become columns of a page at least, of a quarter of the size; the oldest columns go.
  void compress(SimThread& self, History& history) {
    const uint64_t bytes = std::max<uint64_t>(1, rows_most_ * kRowBytes / 4);
    history.compressed.push_back(self.allocate(reel::Op::kPosixMemalign, bytes, kPageLog2));
    self.work(rows_most_ * 4);
    self.free(history.rows);
    history.count = history.room = 0;
    if (history.compressed.size() <= columns_most_) return;
    self.free(history.compressed.front());
    history.compressed.pop_front();
  }

  Feed* feed_;
  Random random_;
  Mailbox<Tick>* ticks_;
  std::vector<History> histories_;
  uint64_t rows_most_;
  uint64_t columns_most_;
  double tick_ns_;
};

// The first thread: takes packets from the card and hands on what is in them.
class Receiver final : public Actor {
 public:
  Receiver(Feed& feed, uint32_t)
      : feed_(&feed),
        random_(feed.setting.seed, 1),
        symbols_(feed.setting.scaled("symbols"), 1.0),
        interval_ns_(feed.number("interval")) {}

  Step step(SimThread& self) override {
    if (!started_) Scene::start<Subscriber>(*feed_, self, 1, feed_->setting.threads - 1);
    started_ = true;
    pace(self);
    take(self);
    const double mean = self.now() < burst_end_ ? interval_ns_ / feed_->number("burst") : interval_ns_;
    next_packet_ = std::max(next_packet_, self.now() - std::min(self.now(), kLateNs)) +
                   static_cast<uint64_t>(random_.exponential(mean));
    self.wait_until(next_packet_);
    return Step::kAgain;
  }

 private:
  static constexpr uint64_t kLateNs = 100'000;  // so much of a burst waits in the card

  // Bursts come by chance, last some time, and then it is quiet again.
  void pace(const SimThread& self) {
    if (self.now() < next_burst_) return;
    burst_end_ = self.now() + static_cast<uint64_t>(random_.exponential(feed_->number("burst-time")));
    next_burst_ = burst_end_ + static_cast<uint64_t>(random_.exponential(feed_->number("quiet-time")));
  }

  void take(SimThread& self) {
    Block packet = self.allocate(reel::Op::kPosixMemalign, kPacketBytes, kLineLog2);
    const uint64_t ticks = random_.between(1, 16);
    for (uint64_t i = 0; i < ticks; ++i) {
      const uint64_t symbol = symbols_.draw(random_);
      Mailbox<Tick>& subscriber = *feed_->subscribers[symbol % feed_->subscribers.size()];
      self.work(60);
      if (subscriber.size() >= kTicksWaitingMost) continue;
      const Block tick = self.allocate(reel::Op::kAlignedAlloc, kTickBytes, kLineLog2);
      subscriber.send(self, {.block = tick, .symbol = static_cast<uint32_t>(symbol)});
    }
    self.free(packet);
  }

  Feed* feed_;
  Random random_;
  Zipf symbols_;
  double interval_ns_;
  uint64_t next_packet_ = 0;
  uint64_t next_burst_ = 0;
  uint64_t burst_end_ = 0;
  bool started_ = false;
};

}  // namespace

const WorkloadSpec& market_data_spec() {
  static const WorkloadSpec spec{
      .name = "market-data",
      .summary = "packets, aligned ticks, growing histories, and bursts",
      .description =
          "A receiver takes packets into aligned buffers of 2 KiB and makes a tick of each update in them: two cache "
          "lines, aligned to one, which the subscriber that has the symbol frees. A subscriber's history of a symbol "
          "grows by realloc; when it is full it becomes a block of columns, page by page, the rows are freed, and the "
          "oldest columns go. In bursts ticks come faster than subscribers take them: what waits grows, and shrinks "
          "afterwards.\n\n"
          "Where the figures come from: an Ethernet frame's 1500 bytes round up to buffers of 2 KiB; cache lines have "
          "64 bytes; the popularity of symbols is zipfian, and that and all rates are chosen.",
      .parameters =
          {{.name = "symbols", .default_value = "2000", .help = "that are traded", .least = 1, .most = 1e8},
           {.name = "interval",
            .kind = ParameterKind::kDuration,
            .default_value = "50us",
            .help = "between packets when it is quiet, on average",
            .least = 1,
            .most = 1e12},
           {.name = "burst",
            .kind = ParameterKind::kNumber,
            .default_value = "25",
            .help = "times as many packets in a burst",
            .least = 1,
            .most = 1000},
           {.name = "burst-time",
            .kind = ParameterKind::kDuration,
            .default_value = "15ms",
            .help = "length of a burst, on average",
            .least = 1,
            .most = 1e12},
           {.name = "quiet-time",
            .kind = ParameterKind::kDuration,
            .default_value = "120ms",
            .help = "between bursts, on average",
            .least = 1,
            .most = 1e13},
           {.name = "tick-time",
            .kind = ParameterKind::kDuration,
            .default_value = "900ns",
            .help = "what a tick takes its subscriber, on average",
            .least = 1,
            .most = 1e12},
           {.name = "history", .default_value = "2048", .help = "rows of a full history", .least = 64, .most = 1e9},
           {.name = "columns",
            .default_value = "4",
            .help = "blocks of columns a symbol keeps",
            .least = 1,
            .most = 1e6}},
      .events = 2'000'000,
      .threads = 4,
      .threads_least = 2,
      .make = make_program<Feed, Receiver>};
  return spec;
}

}  // namespace heapreel::workloads
