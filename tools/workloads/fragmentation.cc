// Fragmentation: blocks are made in a row, every other one is freed, and what comes then fits into none of the holes.
#include <cmath>

#include "tools/workloads/program.h"
#include "tools/workloads/workload_table.h"

namespace heapreel::workloads {
namespace {

constexpr uint64_t kStepEvents = 500;
constexpr uint64_t kWorkNs = 30;

class Tenant final : public Actor {
 public:
  Tenant(Scene& scene, uint32_t number)
      : scene_(&scene),
        size_(scene.count("size")),
        every_(scene.count("every")),
        full_bytes_(std::max<uint64_t>(2, scene.setting.scaled("blocks") / scene.setting.threads) * size_),
        first_(number == 0) {}

  Step step(SimThread& self) override {
    if (first_) Scene::start<Tenant>(*scene_, self, 1, scene_->setting.threads - 1);
    first_ = false;
    for (uint64_t i = 0; i < kStepEvents; ++i) {
      self.work(kWorkNs);
      act(self);
    }
    return Step::kAgain;
  }

 private:
  enum class Phase : uint8_t { kFill, kThin, kClear };

  void act(SimThread& self) {
    switch (phase_) {
      case Phase::kFill:
        return fill(self);
      case Phase::kThin:
        return thin(self);
      case Phase::kClear:
        return clear(self);
    }
  }

  // Until as many bytes are alive as ever.
  void fill(SimThread& self) {
    blocks_.push_back(self.malloc(size_));
    live_bytes_ += size_;
    if (live_bytes_ + size_ <= full_bytes_) return;
    phase_ = round_++ < scene_->count("rounds") ? Phase::kThin : Phase::kClear;
    at_ = kept_ = 0;
  }

  // Every other block goes, in the order in which they were made; then larger ones come.
  void thin(SimThread& self) {
    while (at_ < blocks_.size() && at_ % every_ != every_ - 1) blocks_[kept_++] = blocks_[at_++];
    if (at_ < blocks_.size()) {
      live_bytes_ -= blocks_[at_].size;
      self.free(blocks_[at_++]);
    }
    if (at_ < blocks_.size()) return;
    blocks_.resize(kept_);
    const double larger = std::ceil(static_cast<double>(size_) * scene_->number("growth"));
    size_ = static_cast<uint64_t>(std::min(larger, static_cast<double>(full_bytes_)));
    phase_ = Phase::kFill;
  }

  // The rounds are over; all begins anew.
  void clear(SimThread& self) {
    self.free(blocks_.back());
    blocks_.pop_back();
    if (!blocks_.empty()) return;
    live_bytes_ = 0;
    round_ = 0;
    size_ = scene_->count("size");
    phase_ = Phase::kFill;
  }

  Scene* scene_;
  uint64_t size_;
  uint64_t every_;
  uint64_t full_bytes_;
  Phase phase_ = Phase::kFill;
  std::vector<Block> blocks_;  // in the order of their births
  uint64_t live_bytes_ = 0;
  uint64_t round_ = 0;
  size_t at_ = 0;    // of thinning: the block that is looked at
  size_t kept_ = 0;  // and how many have stayed
  bool first_;
};

}  // namespace

const WorkloadSpec& fragmentation_spec() {
  static const WorkloadSpec spec{
      .name = "fragmentation",
      .summary = "1 M blocks, every other freed, then larger ones, three times",
      .description =
          "A million blocks of 64 bytes are made in a row. Every other one is freed, in the same order, and blocks two "
          "and a half times as large follow, which fit into none of the holes, until as many bytes are alive as "
          "before. Every other of all that are alive goes again, larger ones come, three times in all. An allocator "
          "that serves sizes from pages of their own keeps the holes; one that merges neighbours finds none free. A "
          "run without --events ends at the last top; a longer one frees everything there and begins anew.\n\n"
          "Where the figures come from: all are chosen; it is the classic experiment on fragmentation, and no program.",
      .parameters =
          {{.name = "blocks", .default_value = "1M", .help = "of the first size", .least = 2, .most = 1e9},
           {.name = "size",
            .kind = ParameterKind::kSize,
            .default_value = "64",
            .help = "the first size",
            .least = 1,
            .most = 1e6},
           {.name = "growth",
            .kind = ParameterKind::kNumber,
            .default_value = "2.5",
            .help = "how many times larger the next blocks are",
            .least = 1,
            .most = 100},
           {.name = "every",
            .default_value = "2",
            .help = "of so many blocks in a row, one is freed",
            .least = 2,
            .most = 1e6},
           {.name = "rounds", .default_value = "3", .help = "of freeing and larger blocks", .least = 1, .most = 20}},
      .events = 2'377'000,
      .threads = 1,
      .make = make_program<Scene, Tenant>};
  return spec;
}

}  // namespace heapreel::workloads
