// Thread-local: workers that count words, each in a table of its own, and share nothing. Tables grow, are written out
// and torn down, and the next piece of the text begins: a sawtooth on every thread, no free ever remote.
#include <unordered_set>

#include "tools/workloads/program.h"
#include "tools/workloads/stage/choice.h"
#include "tools/workloads/workload_table.h"

namespace heapreel::workloads {
namespace {

constexpr uint64_t kNodeBytes = 56;       // link, hash, std::string, count
constexpr uint64_t kShortTextBytes = 15;  // a std::string holds so many by itself
constexpr uint64_t kReadBytes = 65'536;
constexpr uint64_t kWordsPerStep = 200;
constexpr uint64_t kWordNs = 90;

struct Entry {
  Block node;
  Block text;  // none if short
};

class Counter final : public Actor {
 public:
  Counter(Scene& scene, uint32_t number)
      : scene_(&scene),
        random_(scene.setting.seed, number + 1),
        words_(scene.setting.scaled("vocabulary"), scene.number("skew")),
        lengths_{.median = scene.number("length"), .sigma = 0.45, .least = 2, .most = 200},
        first_(number == 0) {}

  Step step(SimThread& self) override {
    if (first_) Scene::start<Counter>(*scene_, self, 1, scene_->setting.threads - 1);
    first_ = false;
    if (left_ > 0)
      count_some(self);
    else if (!entries_.empty())
      tear_down_some(self);
    else
      begin(self);
    return Step::kAgain;
  }

 private:
  void begin(SimThread& self) {
    input_ = self.malloc(kReadBytes);
    const auto mean = static_cast<double>(scene_->setting.scaled("words"));
    left_ = std::max<uint64_t>(1, static_cast<uint64_t>(random_.lognormal(mean, 0.3)));
    buckets_ = 13;  // what a std::unordered_map of libstdc++ starts with
    table_ = self.make(buckets_ * sizeof(void*));
  }

  void count_some(SimThread& self) {
    for (uint64_t i = 0; i < kWordsPerStep && left_ > 0; ++i, --left_) count_word(self);
    if (left_ == 0) write_out(self);
  }

  // Each word is made into a string to be looked up; a new one gets a node.
  void count_word(SimThread& self) {
    self.work(static_cast<uint64_t>(random_.exponential(kWordNs)));
    const uint64_t word = words_.draw(random_);
    const uint64_t length = length_of(word);
    Block key = length > kShortTextBytes ? self.make(length + 1) : Block{};
    if (seen_.insert(word).second) {
      Entry entry{.node = self.make(kNodeBytes), .text = {}};
      if (key.held()) entry.text = self.make(length + 1);
      entries_.push_back(entry);
      if (entries_.size() > buckets_) grow_table(self);
    }
    if (key.held()) self.destroy(key);
  }

  // The same word is as long whenever it comes.
  uint64_t length_of(uint64_t word) const {
    Random of_word(scene_->setting.seed, ~word);
    return lengths_.draw(of_word);
  }

  void grow_table(SimThread& self) {
    buckets_ = 2 * buckets_ + 1;
    const Block larger = self.make(buckets_ * sizeof(void*));
    self.work(entries_.size() * 3);
    self.destroy(table_);
    table_ = larger;
  }

  // Sorted by count, in a list that is pushed back to: each time it is full it moves to twice the room.
  void write_out(SimThread& self) {
    self.free(input_);
    uint64_t room = 1;
    Block list = self.make(room * sizeof(void*));
    while (room < entries_.size()) {
      room *= 2;
      const Block larger = self.make(room * sizeof(void*));
      self.work(room);
      self.destroy(list);
      list = larger;
    }
    self.work(entries_.size() * 60);
    self.destroy(list);
    self.destroy(table_);
  }

  // A map's destructor goes along its list of nodes, whose newest is the first.
  void tear_down_some(SimThread& self) {
    for (uint64_t i = 0; i < kWordsPerStep && !entries_.empty(); ++i) {
      Entry& entry = entries_.back();
      if (entry.text.held()) self.destroy(entry.text);
      self.destroy(entry.node);
      entries_.pop_back();
    }
    if (entries_.empty()) seen_.clear();
  }

  Scene* scene_;
  Random random_;
  Zipf words_;
  SizeCurve lengths_;
  uint64_t left_ = 0;  // words of this piece
  uint64_t buckets_ = 0;
  Block input_;
  Block table_;
  std::unordered_set<uint64_t> seen_;
  std::vector<Entry> entries_;
  bool first_;
};

}  // namespace

const WorkloadSpec& thread_local_spec() {
  static const WorkloadSpec spec{
      .name = "thread-local",
      .summary = "words counted in tables of each thread, nothing shared",
      .description =
          "Each thread reads a piece of a text, makes every word a string, looks it up in a hash table of its own, and "
          "gives new ones a node and a copy of the string. The table of buckets moves to twice its size as it fills. "
          "At the end of a piece the words are sorted, written out, and all is torn down, the newest node first; the "
          "next piece begins. No block is ever freed by another thread.\n\n"
          "Where the figures come from: nodes, strings of up to 15 bytes that need no block, and the first 13 buckets "
          "are those of libstdc++'s std::unordered_map<std::string, long>; words are zipfian, as those of any language "
          "are; their length (of the keys of a log, rather than of English words), and the rest, is chosen.",
      .parameters =
          {{.name = "words", .default_value = "100k", .help = "median of a piece's words", .least = 1, .most = 1e10},
           {.name = "vocabulary", .default_value = "60k", .help = "different words", .least = 1, .most = 1e10},
           {.name = "skew",
            .kind = ParameterKind::kNumber,
            .default_value = "0.9",
            .help = "of the words' frequency (Zipf)",
            .least = 0.01,
            .most = 10},
           {.name = "length",
            .kind = ParameterKind::kNumber,
            .default_value = "16",
            .help = "median of a word's bytes",
            .least = 2,
            .most = 200}},
      .events = 2'000'000,
      .threads = 4,
      .make = make_program<Scene, Counter>};
  return spec;
}

}  // namespace heapreel::workloads
