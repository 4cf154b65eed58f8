// A shared pool: one cache that all threads look into, fill and clear. Who throws an object out is seldom the one who
// brought it in.
#include <deque>
#include <unordered_map>

#include "tools/workloads/program.h"
#include "tools/workloads/stage/choice.h"
#include "tools/workloads/stage/sim_lock.h"
#include "tools/workloads/workload_table.h"

namespace heapreel::workloads {
namespace {

constexpr uint64_t kEntryBytes = 80;  // key, hash, links of two lists, place and length
constexpr uint64_t kLookNs = 120;     // under the lock
constexpr double kRequestNs = 2000;   // from one request of a thread to the next

struct Entry {
  Block entry;
  Block body;
  bool touched = false;
};

struct Cache : Scene {
  Cache(Stage& on, const Setting& of) : Scene(on, of), room(setting.scaled("objects")) {}

  uint64_t room;  // objects
  SimLock lock;
  std::unordered_map<uint64_t, Entry> entries;  // by key
  std::deque<uint64_t> queue;                   // the keys, the next to be looked at for throwing out first
};

class Visitor final : public Actor {
 public:
  Visitor(Cache& cache, uint32_t number)
      : cache_(&cache),
        random_(cache.setting.seed, number + 1),
        keys_(cache.setting.scaled("keys"), cache.number("skew")),
        sizes_{.median = cache.number("size"), .sigma = cache.number("sigma"), .least = 16, .most = 4U << 20},
        load_ns_(cache.number("load-time")),
        first_(number == 0) {}

  // One look at the cache at a time, so that the threads come to the lock in the order of their clocks.
  Step step(SimThread& self) override {
    if (first_) Scene::start<Visitor>(*cache_, self, 1, cache_->setting.threads - 1);
    first_ = false;
    if (loaded_.body.held()) {
      put_in(self);
    } else {
      self.work(static_cast<uint64_t>(random_.exponential(kRequestNs)));
      const uint64_t key = keys_.draw(random_);
      if (!find(self, key)) load(self, key);
    }
    return Step::kAgain;
  }

 private:
  bool find(SimThread& self, uint64_t key) {
    const SimGuard guard(cache_->lock, self);
    self.work(kLookNs);
    const auto found = cache_->entries.find(key);
    if (found == cache_->entries.end()) return false;
    found->second.touched = true;
    return true;
  }

  void load(SimThread& self, uint64_t key) {
    loaded_key_ = key;
    loaded_ = {.entry = self.malloc(kEntryBytes), .body = self.malloc(sizes_.draw(random_))};
    self.work(static_cast<uint64_t>(random_.exponential(load_ns_)));
  }

  void put_in(SimThread& self) {
    const SimGuard guard(cache_->lock, self);
    self.work(kLookNs);
    const auto [place, is_new] = cache_->entries.try_emplace(loaded_key_, loaded_);
    if (is_new) {
      cache_->queue.push_back(loaded_key_);
    } else {  // another was faster
      drop(self, place->second);
      place->second = loaded_;
    }
    loaded_ = {};
    while (cache_->entries.size() > cache_->room) throw_one_out(self);
  }

  // The oldest that was not asked for since it was last looked at.
  void throw_one_out(SimThread& self) {
    for (;;) {
      const uint64_t key = cache_->queue.front();
      cache_->queue.pop_front();
      const auto found = cache_->entries.find(key);
      if (found->second.touched) {
        found->second.touched = false;
        cache_->queue.push_back(key);
        continue;
      }
      drop(self, found->second);
      cache_->entries.erase(found);
      return;
    }
  }

  // The cache knows how large its blocks are, and says so.
  static void drop(SimThread& self, Entry& entry) {
    self.release(reel::Op::kFreeSized, entry.body);
    self.release(reel::Op::kFreeSized, entry.entry);
  }

  Cache* cache_;
  Random random_;
  Zipf keys_;
  SizeCurve sizes_;
  double load_ns_;
  Entry loaded_;  // and not put in yet
  uint64_t loaded_key_ = 0;
  bool first_;
};

}  // namespace

const WorkloadSpec& shared_pool_spec() {
  static const WorkloadSpec spec{
      .name = "shared-pool",
      .summary = "one cache that all threads fill and clear under a lock",
      .description =
          "Threads ask one cache for zipfian keys. What is missing is loaded, an entry of 80 bytes and a body, and put "
          "in under the cache's lock; the oldest that nobody has asked for since it was last looked at is thrown out "
          "for it, whoever brought it in. With N threads, all but one in N frees are remote, and blocks of all threads "
          "lie mixed for as long as their keys are popular. The cache knows the sizes of its blocks and tells them "
          "(C23's free_sized).\n\n"
          "Where the figures come from: the second chance of what was asked for is the CLOCK algorithm; a skew of 0.8 "
          "lies within what was measured at web proxies (0.64 to 0.83, Breslau and others, 1999); the rest is chosen.",
      .parameters =
          {{.name = "objects", .default_value = "8k", .help = "that the cache has room for", .least = 1, .most = 1e9},
           {.name = "keys", .default_value = "100k", .help = "that are asked for", .least = 1, .most = 1e12},
           {.name = "skew",
            .kind = ParameterKind::kNumber,
            .default_value = "0.8",
            .help = "of the keys' popularity (Zipf)",
            .least = 0.01,
            .most = 10},
           {.name = "size",
            .kind = ParameterKind::kSize,
            .default_value = "3K",
            .help = "median of an object",
            .least = 16,
            .most = 4e6},
           {.name = "sigma",
            .kind = ParameterKind::kNumber,
            .default_value = "1.2",
            .help = "spread of objects: the deviation of their logarithm",
            .least = 0,
            .most = 5},
           {.name = "load-time",
            .kind = ParameterKind::kDuration,
            .default_value = "20us",
            .help = "until a missing object is there, on average",
            .least = 0,
            .most = 1e12}},
      .events = 1'500'000,
      .threads = 4,
      .threads_least = 2,
      .make = make_program<Cache, Visitor>};
  return spec;
}

}  // namespace heapreel::workloads
