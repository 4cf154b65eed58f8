// An exchange: gateways that make orders and take them back, an engine that keeps the books and matches, a publisher
// that tells the world. Nearly every order is freed by another thread than the one that made it.
#include <deque>
#include <map>
#include <unordered_map>

#include "tools/workloads/program.h"
#include "tools/workloads/stage/mailbox.h"
#include "tools/workloads/stage/random.h"
#include "tools/workloads/workload_table.h"

namespace heapreel::workloads {
namespace {

constexpr uint64_t kOrderBytes = 128;  // two cache lines, aligned to them
constexpr unsigned kLineLog2 = 6;
constexpr uint64_t kLevelBytes = 96;  // a std::map's node: price, quantity, first and last order
constexpr uint64_t kIndexBytes = 32;  // a hash table's node: order number and place
constexpr uint64_t kCancelBytes = 48;
constexpr uint64_t kReportBytes = 160;
constexpr uint64_t kPerStep = 64;
constexpr size_t kEngineRoom = 100'000;  // what it has not got to yet; then gateways wait
constexpr uint64_t kFullWaitNs = 50'000;
constexpr uint64_t kStepNs = 100'000;       // a gateway runs no further ahead of the engine
constexpr int64_t kOpeningPrice = 100'000;  // ticks

enum class Side : uint8_t { kBuy, kSell };

// A new order, or (with `order` not held) the wish to have one back.
struct Wish {
  uint64_t number = 0;
  uint32_t symbol = 0;
  Side side = Side::kBuy;
  bool crosses = false;   // takes whatever the other side has
  uint64_t distance = 0;  // in ticks from the middle
  Block order{};
  Block cancel{};
};

struct Exchange : Scene {
  Exchange(Stage& on, const Setting& of) : Scene(on, of), engine(on), publisher(on) {}

  Mailbox<Wish> engine;
  Mailbox<Block> publisher;

  uint32_t gateways() const { return setting.threads - 2; }
};

class Publisher final : public Actor {
 public:
  Publisher(Exchange& exchange, uint32_t) : exchange_(&exchange) {}

  Step step(SimThread& self) override {
    for (uint64_t i = 0; i < kPerStep; ++i) {
      auto report = exchange_->publisher.receive(self);
      if (!report) return i > 0 ? Step::kAgain : exchange_->publisher.wait(self);
      self.work(120);
      self.destroy(*report);
    }
    return Step::kAgain;
  }

 private:
  Exchange* exchange_;
};

// A trader's side: decodes orders as they come in, and takes most of them back after a while.
class Gateway final : public Actor {
 public:
  Gateway(Exchange& exchange, uint32_t number)
      : exchange_(&exchange),
        random_(exchange.setting.seed, number + 1),
        cancels_(*exchange.stage),
        symbols_(exchange.setting.scaled("symbols")),
        interval_ns_(exchange.number("interval") * exchange.gateways()),
        crossing_(exchange.number("crossing")),
        life_ns_(exchange.number("life") * exchange.setting.scale),
        life_sigma_(exchange.number("life-sigma")),
        number_(number) {}

  Step step(SimThread& self) override {
    if (exchange_->engine.size() >= kEngineRoom) {
      self.work(kFullWaitNs);
      next_order_ = std::max(next_order_, self.now());
      return Step::kAgain;
    }
    const uint64_t until = self.now() + kStepNs;
    for (uint64_t i = 0; i < kPerStep / 4 && self.now() < until; ++i) {
      if (cancels_.next_at() <= next_order_) {
        self.wait_until(cancels_.next_at());
        cancel(self, *cancels_.receive(self));
        continue;
      }
      self.wait_until(next_order_);
      order(self);
      next_order_ += 1 + static_cast<uint64_t>(random_.exponential(interval_ns_));
    }
    return Step::kAgain;
  }

 private:
  void order(SimThread& self) {
    Wish wish{.number = made_++ * exchange_->setting.threads + number_,
              .symbol = static_cast<uint32_t>(random_.below(symbols_)),
              .side = random_.chance(0.5) ? Side::kBuy : Side::kSell,
              .crosses = random_.chance(crossing_),
              .distance = 1 + static_cast<uint64_t>(random_.exponential(8))};
    wish.order = self.allocate(reel::Op::kNewAligned, kOrderBytes, kLineLog2);
    if (!wish.crosses) {
      Wish back = wish;
      back.order = {};
      const double life = std::min(random_.lognormal(life_ns_, life_sigma_), 3.6e12);
      cancels_.send(self, back, static_cast<uint64_t>(life));
    }
    exchange_->engine.send(self, wish);
  }

  void cancel(SimThread& self, Wish wish) {
    wish.cancel = self.make(kCancelBytes);
    exchange_->engine.send(self, wish);
  }

  Exchange* exchange_;
  Random random_;
  Mailbox<Wish> cancels_;
  uint64_t symbols_;
  double interval_ns_;
  double crossing_;
  double life_ns_;
  double life_sigma_;
  uint32_t number_;
  uint64_t made_ = 0;
  uint64_t next_order_ = 0;
};

// Orders of one price, the oldest first. Those that were taken back leave gaps, which are closed now and then.
struct Level {
  Block node;
  uint64_t count = 0;
  std::deque<uint64_t> numbers;
};

struct Book {
  std::map<int64_t, Level> sides[2];  // by distance from zero, the best first: buying prices are negative
  int64_t middle = kOpeningPrice;
};

struct Resting {
  Block order;
  Block index;
  uint32_t symbol;
  Side side;
  int64_t key;
};

// The first thread: one engine has all books, as they are deterministic.
class Engine final : public Actor {
 public:
  Engine(Exchange& exchange, uint32_t)
      : exchange_(&exchange), random_(exchange.setting.seed, 0), books_(exchange.setting.scaled("symbols")) {}

  Step step(SimThread& self) override {
    if (!started_) start_others(self);
    for (uint64_t i = 0; i < kPerStep; ++i) {
      auto wish = exchange_->engine.receive(self);
      if (!wish) return i > 0 ? Step::kAgain : exchange_->engine.wait(self);
      self.work(250);
      act_on(self, *wish);
    }
    return Step::kAgain;
  }

 private:
  void start_others(SimThread& self) {
    started_ = true;
    Scene::start<Gateway>(*exchange_, self, 1, exchange_->gateways());
    Scene::start<Publisher>(*exchange_, self, 1 + exchange_->gateways(), 1);
  }

  void act_on(SimThread& self, Wish& wish) {
    if (!wish.order.held()) return take_back(self, wish);
    const int64_t price = price_of(wish);
    if (!match(self, wish, price)) rest(self, wish, price);
  }

  static int64_t key_of(Side side, int64_t price) { return side == Side::kBuy ? -price : price; }

  void free_order(SimThread& self, Block& order) { self.release(reel::Op::kDeleteSizedAligned, order, kLineLog2); }

  void report(SimThread& self) { exchange_->publisher.send(self, self.make(kReportBytes)); }

  // The middle of the market wanders.
  int64_t price_of(const Wish& wish) {
    int64_t& middle = books_[wish.symbol].middle;
    if (random_.chance(0.02)) middle += random_.chance(0.5) || middle <= kOpeningPrice / 2 ? 1 : -1;
    const auto distance = static_cast<int64_t>(wish.distance);
    return middle + (wish.side == Side::kBuy ? -distance : distance);
  }

  void rest(SimThread& self, const Wish& wish, int64_t price) {
    const int64_t key = key_of(wish.side, price);
    Level& level = books_[wish.symbol].sides[static_cast<size_t>(wish.side)][key];
    if (!level.node.held()) level.node = self.make(kLevelBytes);
    level.numbers.push_back(wish.number);
    ++level.count;
    const Block index = self.make(kIndexBytes);
    resting_[wish.number] = {.order = wish.order, .index = index, .symbol = wish.symbol, .side = wish.side, .key = key};
    report(self);
  }

  // An order that crosses, or reaches the best of the other side, and that one fill each other.
  bool match(SimThread& self, Wish& wish, int64_t price) {
    const Side other = wish.side == Side::kBuy ? Side::kSell : Side::kBuy;
    auto& levels = books_[wish.symbol].sides[static_cast<size_t>(other)];
    const bool reaches = !levels.empty() && key_of(other, price) >= levels.begin()->first;
    if (!wish.crosses && !reaches) return false;
    if (!levels.empty()) {
      std::deque<uint64_t>& numbers = levels.begin()->second.numbers;
      while (!resting_.contains(numbers.front())) numbers.pop_front();
      remove(self, numbers.front());
      report(self);
    }
    report(self);
    free_order(self, wish.order);
    return true;
  }

  // Too late if it was filled meanwhile.
  void take_back(SimThread& self, Wish& wish) {
    if (resting_.contains(wish.number)) remove(self, wish.number);
    report(self);
    self.destroy(wish.cancel);
  }

  void remove(SimThread& self, uint64_t number) {
    const auto found = resting_.find(number);
    Resting& order = found->second;
    auto& levels = books_[order.symbol].sides[static_cast<size_t>(order.side)];
    const auto at = levels.find(order.key);
    free_order(self, order.order);
    self.destroy(order.index);
    resting_.erase(found);
    if (--at->second.count == 0) {
      self.destroy(at->second.node);
      levels.erase(at);
    } else if (at->second.numbers.size() > 2 * at->second.count + 16) {
      std::erase_if(at->second.numbers, [this](uint64_t each) { return !resting_.contains(each); });
    }
  }

  Exchange* exchange_;
  Random random_;
  std::vector<Book> books_;                        // by symbol
  std::unordered_map<uint64_t, Resting> resting_;  // by order number
  bool started_ = false;
};

}  // namespace

const WorkloadSpec& order_book_spec() {
  static const WorkloadSpec spec{
      .name = "order-book",
      .summary = "an exchange: orders made by gateways, freed by the engine",
      .description =
          "Gateways decode orders, aligned objects of 128 bytes, and hand them to the one engine that keeps all books. "
          "There an order rests at its price, in an index and, with others, on a level, until its owner takes it back "
          "or one that crosses fills it; orders, and the messages that take them back, are freed by the engine, "
          "which made none of them. Each of its answers is freed by the publisher's thread. What --scale multiplies is "
          "the symbols and how long orders rest.\n\n"
          "Where the figures come from: far more than nine in ten orders on the exchanges of the United States are "
          "taken back rather than filled (the SEC's market data of the 2010s); that lives are lognormal with a long "
          "tail, and all sizes and rates, is chosen.",
      .parameters = {{.name = "symbols", .default_value = "500", .help = "that have a book", .least = 1, .most = 1e8},
                     {.name = "interval",
                      .kind = ParameterKind::kDuration,
                      .default_value = "2us",
                      .help = "from one order to the next, all gateways together, on average",
                      .least = 1,
                      .most = 1e9},
                     {.name = "life",
                      .kind = ParameterKind::kDuration,
                      .default_value = "5ms",
                      .help = "median time until an order is taken back",
                      .least = 1,
                      .most = 1e12},
                     {.name = "life-sigma",
                      .kind = ParameterKind::kNumber,
                      .default_value = "2",
                      .help = "spread of that time: the deviation of its logarithm",
                      .least = 0,
                      .most = 4},
                     {.name = "crossing",
                      .kind = ParameterKind::kShare,
                      .default_value = "4%",
                      .help = "orders that take the other side's best",
                      .least = 0,
                      .most = 1}},
      .events = 3'000'000,
      .threads = 4,
      .threads_least = 3,
      .make = make_program<Exchange, Engine>};
  return spec;
}

}  // namespace heapreel::workloads
