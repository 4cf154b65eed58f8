// A key-value store: shards that load, serve, expire and grow their tables; a replica's thread that frees what they
// sent; and a night in which values of another size replace those of the day.
#include "tools/workloads/stage/choice.h"
#include "tools/workloads/stage/mailbox.h"
#include "tools/workloads/workload_table.h"

namespace heapreel::workloads {
namespace {

constexpr uint64_t kEntryBytes = 24;   // Redis's dictEntry
constexpr uint64_t kObjectBytes = 16;  // Redis's robj
constexpr uint64_t kReplicationBytes = 16'384;
constexpr uint64_t kCommandsPerStep = 16;

struct Item {
  Block entry;
  Block key;
  Block object;
  Block value;

  bool there() const { return entry.held(); }
};

struct Store {
  Store(Stage& on, const Setting& of) : stage(&on), setting(of), replica(on) {}

  Stage* stage;
  Setting setting;
  Mailbox<Block> replica;

  double number(std::string_view name) const { return setting.parameters.number(name); }
  uint32_t shards() const { return setting.threads - 1; }
};

// Sends what the shards wrote over the network, and frees it once it has arrived.
class Replica final : public Actor {
 public:
  explicit Replica(Store& store) : store_(&store) {}

  Step step(SimThread& self) override {
    auto block = store_->replica.receive(self);
    if (!block) return store_->replica.wait(self);
    self.work(5000);
    self.free(*block);
    return Step::kAgain;
  }

 private:
  Store* store_;
};

// Owns a part of the keys and all their memory.
class Shard final : public Actor {
 public:
  Shard(Store& store, uint32_t number)
      : store_(&store),
        random_(store.setting.seed, number + 1),
        items_(std::max<uint64_t>(store.setting.scaled("keys") / store.shards(), 4)),
        popular_(items_.size(), store.number("skew")),
        values_{.median = store.number("value"),
                .sigma = store.number("value-sigma"),
                .least = 1,
                .most = store.setting.parameters.count("value-max")},
        pause_ns_(1e9 / store.number("rate")),
        first_(number == 0),
        day_commands_(static_cast<uint64_t>(static_cast<double>(items_.size()) * store.number("day"))) {}

  Step step(SimThread& self) override {
    if (first_) start_others(self);
    for (uint64_t i = 0; i < kCommandsPerStep; ++i) {
      if (loaded_ < items_.size())
        write(self, items_[loaded_++]);
      else
        serve(self);
      self.work(static_cast<uint64_t>(random_.exponential(pause_ns_)));
    }
    return Step::kAgain;
  }

 private:
  void start_others(SimThread& self) {
    first_ = false;
    for (uint32_t i = 1; i < store_->shards(); ++i)
      store_->stage->add_thread(std::make_unique<Shard>(*store_, i), &self);
    store_->stage->add_thread(std::make_unique<Replica>(*store_), &self);
  }

  // By day the popular keys are asked for and written; in the night a job goes over all of them, one after the other,
  // and leaves values of another size behind.
  void serve(SimThread& self) {
    if (++commands_ == day_commands_) fall_asleep();
    const bool night = commands_ > day_commands_;
    if (night && random_.chance(store_->number("night-writes"))) return write(self, items_[night_key()]);
    Item& item = items_[scatter(popular_.draw(random_))];
    const double what = random_.unit();
    if (what < store_->number("reads"))
      read(self, item);
    else if (what > 1 - store_->number("deletes"))
      remove(self, item);
    else
      write(self, item);
  }

  void fall_asleep() {
    values_.median *= store_->number("night-values");
    pause_ns_ = 1e9 / store_->number("night-rate");
  }

  // Popular keys do not lie beside each other.
  uint64_t scatter(uint64_t rank) const { return rank * 0x9e3779b97f4a7c15U % items_.size(); }
  uint64_t night_key() { return random_.chance(0.5) ? sweep_++ % items_.size() : random_.below(items_.size()); }

  void read(SimThread& self, const Item& item) {
    Block argument = self.malloc(kObjectBytes);
    Block name = self.malloc(item.there() ? item.key.size : 24);
    // A value beyond the client's own buffer goes out in a block for it.
    if (item.there() && item.value.size > kReplicationBytes) {
      Block reply = self.malloc(item.value.size + 64);
      self.work(item.value.size / 16);
      self.free(reply);
    }
    self.free(name);
    self.free(argument);
  }

  void write(SimThread& self, Item& item) {
    Block object = self.malloc(kObjectBytes);
    Block value = self.malloc(values_.draw(random_));
    Block name = self.malloc(SizeCurve{.median = 28, .sigma = 0.35, .least = 4, .most = 512}.draw(random_));
    if (!item.there()) {
      item.entry = self.malloc(kEntryBytes);
      item.key = name;
      if (++stored_ > table_slots_) grow_table(self);
    } else {
      self.free(item.value);
      self.free(item.object);
      self.free(name);
    }
    item.object = object;
    item.value = value;
    replicate(self, item.key.size + value.size);
  }

  void remove(SimThread& self, Item& item) {
    if (!item.there()) return;
    --stored_;
    for (Block* block : {&item.value, &item.object, &item.key, &item.entry}) self.free(*block);
    replicate(self, 32);
  }

  void grow_table(SimThread& self) {
    table_slots_ = std::max<uint64_t>(4, 2 * table_slots_);
    if (table_.held())
      self.realloc(table_, table_slots_ * sizeof(void*));
    else
      table_ = self.malloc(table_slots_ * sizeof(void*));
    self.work(table_slots_);
  }

  // What is written is sent on in blocks; the other thread frees each after its way through the network.
  void replicate(SimThread& self, uint64_t bytes) {
    if (!sending_.held()) sending_ = self.malloc(kReplicationBytes);
    sent_ += bytes;
    if (sent_ < kReplicationBytes) return;
    store_->replica.send(self, sending_, static_cast<uint64_t>(random_.exponential(store_->number("network"))));
    sending_ = {};
    sent_ = 0;
  }

  Store* store_;
  Random random_;
  std::vector<Item> items_;
  Zipf popular_;
  SizeCurve values_;
  double pause_ns_;
  bool first_;
  uint64_t day_commands_;
  uint64_t commands_ = 0;
  uint64_t loaded_ = 0;
  uint64_t stored_ = 0;
  uint64_t sweep_ = 0;
  uint64_t table_slots_ = 0;
  Block table_;
  Block sending_;
  uint64_t sent_ = 0;
};

class KvStore final : public Workload {
 public:
  explicit KvStore(const Setting& setting) : setting_(setting) {}

  void begin(Stage& stage) override {
    store_ = std::make_unique<Store>(stage, setting_);
    stage.add_thread(std::make_unique<Shard>(*store_, 0));
  }

 private:
  Setting setting_;
  std::unique_ptr<Store> store_;
};

}  // namespace

const WorkloadSpec& kv_store_spec() {
  static const WorkloadSpec spec{
      .name = "kv-store",
      .summary = "popular keys, a replica, and a night of other sizes",
      .description =
          "Shards load their keys, then serve reads, writes and deletes of zipfian keys, growing their tables by "
          "realloc. What they write goes out in blocks of 16 KiB that the replica's thread frees. After the day, when "
          "each key has been asked for a few times, values of another size replace the old ones one by one, in the "
          "holes that those leave: the pattern of Redis issue #8184, where memory that nobody used any more grew "
          "overnight.\n\n"
          "Where the figures come from: entries of 24 and objects of 16 bytes are Redis's; the issue's own values have "
          "a median of 206 bytes and a sigma of 3.43 (set value-sigma=3.43 for its full spread); a skew of 0.99 is "
          "YCSB's; rates are those of one busy thread of Redis, and a tenth of that. How far values shift is chosen.",
      .parameters =
          {{.name = "keys", .default_value = "60k", .help = "keys that are stored", .least = 1, .most = 1e9},
           {.name = "skew",
            .kind = ParameterKind::kNumber,
            .default_value = "0.99",
            .help = "of the keys' popularity (Zipf)",
            .least = 0.01,
            .most = 10},
           {.name = "value",
            .kind = ParameterKind::kSize,
            .default_value = "206",
            .help = "median of a value",
            .least = 1,
            .most = 1e8},
           {.name = "value-sigma",
            .kind = ParameterKind::kNumber,
            .default_value = "1.1",
            .help = "spread of values: the deviation of their logarithm",
            .least = 0,
            .most = 5},
           {.name = "value-max",
            .kind = ParameterKind::kSize,
            .default_value = "512K",
            .help = "no value is larger",
            .least = 1,
            .most = 1e9},
           {.name = "reads",
            .kind = ParameterKind::kShare,
            .default_value = "60%",
            .help = "commands that read",
            .least = 0,
            .most = 1},
           {.name = "deletes",
            .kind = ParameterKind::kShare,
            .default_value = "4%",
            .help = "commands that delete, or meet an expired key",
            .least = 0,
            .most = 1},
           {.name = "day",
            .kind = ParameterKind::kNumber,
            .default_value = "3",
            .help = "commands a key before the night begins",
            .least = 0,
            .most = 1e9},
           {.name = "night-values",
            .kind = ParameterKind::kNumber,
            .default_value = "0.45",
            .help = "what the median of a value is multiplied by in the night",
            .least = 0.001,
            .most = 1000},
           {.name = "night-writes",
            .kind = ParameterKind::kShare,
            .default_value = "70%",
            .help = "commands of the night's own job",
            .least = 0,
            .most = 1},
           {.name = "rate",
            .default_value = "150k",
            .help = "commands a second of a shard by day",
            .least = 1,
            .most = 1e8},
           {.name = "night-rate", .default_value = "15k", .help = "the same in the night", .least = 1, .most = 1e8},
           {.name = "network",
            .kind = ParameterKind::kDuration,
            .default_value = "2ms",
            .help = "until the replica has what was sent, on average",
            .least = 0,
            .most = 1e12}},
      .events = 3'000'000,
      .threads = 2,
      .threads_least = 2,
      .make = [](const Setting& setting) -> base::Result<std::unique_ptr<Workload>> {
        return std::make_unique<KvStore>(setting);
      }};
  return spec;
}

}  // namespace heapreel::workloads
