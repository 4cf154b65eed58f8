// Small, medium, large and mixed: threads that replace, one by one, what they hold in a table, and make things of
// little life meanwhile. One program, four ranges of sizes.
#include "tools/workloads/program.h"
#include "tools/workloads/stage/random.h"
#include "tools/workloads/workload_table.h"

namespace heapreel::workloads {
namespace {

constexpr uint64_t kTurnsPerStep = 64;
constexpr size_t kBriefMost = 8;
constexpr double kWorkNs = 60;
constexpr uint64_t kBytesPerNs = 10;  // what a processor writes of a block that it fills

struct Table : Scene {
  Table(Stage& on, const Setting& of)
      : Scene(on, of),
        sizes{
            .median = number("size"), .sigma = number("sigma"), .least = count("size-min"), .most = count("size-max")},
        node_most(count("node-max")),
        brief(number("brief")),
        resized(number("resized")),
        zeroed(number("zeroed")) {}

  SizeCurve sizes;
  uint64_t node_most;  // up to this size things are objects of C++, beyond it buffers of C
  double brief;
  double resized;
  double zeroed;
};

struct Thing {
  Block block;
  bool is_node = false;
};

class Holder final : public Actor {
 public:
  Holder(Table& table, uint32_t number)
      : table_(&table),
        random_(table.setting.seed, number + 1),
        places_(std::max<uint64_t>(1, table.setting.scaled("live") / table.setting.threads)),
        first_(number == 0) {}

  Step step(SimThread& self) override {
    if (first_) Scene::start<Holder>(*table_, self, 1, table_->setting.threads - 1);
    first_ = false;
    for (uint64_t i = 0; i < kTurnsPerStep; ++i) turn(self);
    return Step::kAgain;
  }

 private:
  void turn(SimThread& self) {
    self.work(static_cast<uint64_t>(random_.exponential(kWorkNs)));
    if (!brief_.empty() && (brief_.size() == kBriefMost || random_.chance(0.7))) drop_last(self);
    if (random_.chance(table_->brief)) {
      brief_.push_back(thing(self));
      return;
    }
    Thing& place = next_ < places_.size() ? places_[next_++] : places_[random_.below(places_.size())];
    if (place.block.held() && !place.is_node && random_.chance(table_->resized)) return resize(self, place);
    if (place.block.held()) drop(self, place);
    place = thing(self);
  }

  // Made and filled.
  Thing thing(SimThread& self) {
    const uint64_t size = table_->sizes.draw(random_);
    self.work(size / kBytesPerNs);
    if (size <= table_->node_most) return {.block = self.make(size), .is_node = true};
    return {.block = random_.chance(table_->zeroed) ? self.calloc(size) : self.malloc(size)};
  }

  void resize(SimThread& self, Thing& thing) {
    const auto size = static_cast<uint64_t>(static_cast<double>(thing.block.size) * (0.5 + 1.5 * random_.unit()));
    self.realloc(thing.block,
                 std::clamp(size, std::max(table_->sizes.least, table_->node_most + 1), table_->sizes.most));
  }

  static void drop(SimThread& self, Thing& thing) {
    if (thing.is_node)
      self.destroy(thing.block);
    else
      self.free(thing.block);
  }

  void drop_last(SimThread& self) {
    drop(self, brief_.back());
    brief_.pop_back();
  }

  Table* table_;
  Random random_;
  std::vector<Thing> places_;
  size_t next_ = 0;  // the first place that was never taken
  std::vector<Thing> brief_;
  bool first_;
};

// In what the four differ.
struct Range {
  std::string_view name;
  std::string_view summary;
  std::string_view live;
  std::string_view size;
  std::string_view sigma;
  std::string_view size_least;
  std::string_view size_most;
  std::string_view node_most;
  std::string_view brief;
  std::string_view resized;
  std::string_view zeroed;
  uint64_t events;
};

std::vector<ParameterSpec> parameters_of(const Range& range) {
  return {{.name = "live", .default_value = range.live, .help = "blocks in the tables", .least = 1, .most = 1e9},
          {.name = "size",
           .kind = ParameterKind::kSize,
           .default_value = range.size,
           .help = "median of the sizes",
           .least = 1,
           .most = 1e9},
          {.name = "sigma",
           .kind = ParameterKind::kNumber,
           .default_value = range.sigma,
           .help = "spread of the sizes: the deviation of their logarithm",
           .least = 0,
           .most = 5},
          {.name = "size-min",
           .kind = ParameterKind::kSize,
           .default_value = range.size_least,
           .help = "no block is smaller",
           .least = 1,
           .most = 1e9},
          {.name = "size-max",
           .kind = ParameterKind::kSize,
           .default_value = range.size_most,
           .help = "no block is larger",
           .least = 1,
           .most = 1e10},
          {.name = "node-max",
           .kind = ParameterKind::kSize,
           .default_value = range.node_most,
           .help = "up to this size blocks come from operator new, larger ones from malloc",
           .least = 0,
           .most = 1e10},
          {.name = "brief",
           .kind = ParameterKind::kShare,
           .default_value = range.brief,
           .help = "births that never reach a table and die within a few calls",
           .least = 0,
           .most = 0.99},
          {.name = "resized",
           .kind = ParameterKind::kShare,
           .default_value = range.resized,
           .help = "malloc's blocks that are resized where they would be replaced",
           .least = 0,
           .most = 1},
          {.name = "zeroed",
           .kind = ParameterKind::kShare,
           .default_value = range.zeroed,
           .help = "malloc's blocks that come from calloc",
           .least = 0,
           .most = 1}};
}

base::Result<std::unique_ptr<Workload>> make(const Setting& setting) {
  if (setting.parameters.count("size-min") <= setting.parameters.count("size-max"))
    return make_program<Table, Holder>(setting);
  return base::fail({.code = base::ErrorCode::kUsage,
                     .what = "size-min is above size-max",
                     .why = "no size would do",
                     .hint = "lower size-min or raise size-max"});
}

WorkloadSpec spec_of(const Range& range, std::string_view description) {
  return {.name = range.name,
          .summary = range.summary,
          .description = description,
          .parameters = parameters_of(range),
          .events = range.events,
          .threads = 2,
          .make = make};
}

}  // namespace

const WorkloadSpec& small_spec() {
  static const WorkloadSpec spec = spec_of(
      {.name = "small",
       .summary = "small C++ objects that replace each other in tables",
       .live = "100k",
       .size = "40",
       .sigma = "0.7",
       .size_least = "8",
       .size_most = "256",
       .node_most = "256",
       .brief = "50%",
       .resized = "0",
       .zeroed = "0",
       .events = 2'000'000},
      "Each thread fills a table of its own and then replaces things in it by chance, so that their lifetimes are "
      "exponential: some go soon, some stay very long. Every other thing never gets there and dies within a few "
      "calls, the last made first. All are objects of C++: operator new and sized delete, 8 to 256 bytes.\n\nWhere "
      "the figures come from: all are chosen. Half of all blocks dying at once, and sizes with a median of some 40 "
      "bytes, are the common ground of published studies of C++ programs.");
  return spec;
}

const WorkloadSpec& medium_spec() {
  static const WorkloadSpec spec = spec_of(
      {.name = "medium",
       .summary = "buffers of 256 bytes to 32 KiB, some of them resized",
       .live = "10k",
       .size = "2K",
       .sigma = "1",
       .size_least = "256",
       .size_most = "32K",
       .node_most = "0",
       .brief = "40%",
       .resized = "10%",
       .zeroed = "10%",
       .events = 1'000'000},
      "As `small`, with buffers of C instead: malloc, calloc and free, and a realloc to half up to twice the size "
      "where one would have been replaced. The sizes lie above what allocators serve from their smallest classes, and "
      "below what they give a mapping of its own.\n\nWhere the figures come from: all are chosen; the range is that "
      "of network and file buffers.");
  return spec;
}

const WorkloadSpec& large_spec() {
  static const WorkloadSpec spec = spec_of(
      {.name = "large",
       .summary = "blocks of 128 KiB to 16 MiB: mappings and purging",
       .live = "48",
       .size = "512K",
       .sigma = "1.1",
       .size_least = "128K",
       .size_most = "16M",
       .node_most = "0",
       .brief = "25%",
       .resized = "15%",
       .zeroed = "20%",
       .events = 8000},
      "As `medium`, with large blocks: whether they get mappings of their own, how soon freed ones go back to the "
      "system, and whether a realloc moves pages or copies bytes decides here. Every block is touched whole, so the "
      "faults of its pages are most of the time that a replay takes.\n\nWhere the figures come from: 128 KiB is where "
      "glibc's threshold of mappings starts (M_MMAP_THRESHOLD; it rises by itself up to 32 MiB); the rest is chosen.");
  return spec;
}

const WorkloadSpec& mixed_spec() {
  static const WorkloadSpec spec = spec_of(
      {.name = "mixed",
       .summary = "sizes over six orders of magnitude, lognormal",
       .live = "50k",
       .size = "64",
       .sigma = "2.2",
       .size_least = "1",
       .size_most = "8M",
       .node_most = "256",
       .brief = "50%",
       .resized = "10%",
       .zeroed = "10%",
       .events = 2'000'000},
      "As `small`, with all sizes from a byte to 8 MiB: half of the blocks are below 64 bytes, half of the bytes in "
      "blocks above 8 KiB. The small ones are C++ objects, the others buffers of C, some of them resized.\n\nWhere "
      "the figures come from: chosen; with a sigma of 2.2 the count is in the small blocks and the memory in the few "
      "large ones, as in most programs.");
  return spec;
}

}  // namespace heapreel::workloads
