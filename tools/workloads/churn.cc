// Churn: jobs that make many small things and leave nothing behind. The live set is tiny, the rate of calls is all.
#include <algorithm>

#include "tools/workloads/program.h"
#include "tools/workloads/stage/random.h"
#include "tools/workloads/workload_table.h"

namespace heapreel::workloads {
namespace {

constexpr uint64_t kStepEvents = 500;

class Jobber final : public Actor {
 public:
  Jobber(Scene& scene, uint32_t number)
      : scene_(&scene),
        random_(scene.setting.seed, number + 1),
        sizes_{.median = scene.number("size"), .sigma = 0.9, .least = 1, .most = 8192},
        job_most_(scene.setting.scaled("job")),
        first_(number == 0) {}

  Step step(SimThread& self) override {
    if (first_) Scene::start<Jobber>(*scene_, self, 1, scene_->setting.threads - 1);
    first_ = false;
    for (uint64_t i = 0; i < kStepEvents; ++i) {
      self.work(static_cast<uint64_t>(random_.exponential(40)));
      if (left_ > 0)
        make_one(self);
      else if (!things_.empty())
        free_one(self);
      else
        begin(self);
    }
    return Step::kAgain;
  }

 private:
  void begin(SimThread& self) {
    for (Block& result : results_) self.destroy(result);  // the last job's: somebody has taken them by now
    results_.clear();
    left_ = random_.between(std::max<uint64_t>(1, job_most_ / 20), job_most_);
  }

  void make_one(SimThread& self) {
    const Block thing = self.make(sizes_.draw(random_));
    if (random_.chance(scene_->number("results")))
      results_.push_back(thing);
    else
      things_.push_back(thing);
    if (--left_ == 0) order();
  }

  // Things are freed from the back: half of the jobs free the last made first, as scopes do, a quarter the oldest
  // first, as queues do, a quarter in no order, as tables do.
  void order() {
    const double how = random_.unit();
    if (how < 0.5) return;
    std::reverse(things_.begin(), things_.end());
    if (how < 0.75) return;
    for (size_t i = things_.size(); i > 1; --i) std::swap(things_[i - 1], things_[random_.below(i)]);
  }

  void free_one(SimThread& self) {
    self.destroy(things_.back());
    things_.pop_back();
  }

  Scene* scene_;
  Random random_;
  SizeCurve sizes_;
  uint64_t job_most_;
  uint64_t left_ = 0;  // to be made in this job
  std::vector<Block> things_;
  std::vector<Block> results_;
  bool first_;
};

}  // namespace

const WorkloadSpec& churn_spec() {
  static const WorkloadSpec spec{
      .name = "churn",
      .summary = "jobs of small objects that leave nothing behind",
      .description =
          "Every thread does one job after the other: it makes some ten to two hundred small C++ objects and deletes "
          "them all, the last made first, or the oldest first, or in no order. A few are results, which live until "
          "the next job begins. Nothing is remote, and a few kilobytes are alive: what counts is how fast the fastest "
          "paths of an allocator are.\n\n"
          "Where the figures come from: all are chosen.",
      .parameters =
          {{.name = "job", .default_value = "200", .help = "objects of the largest jobs", .least = 1, .most = 1e8},
           {.name = "size",
            .kind = ParameterKind::kSize,
            .default_value = "48",
            .help = "median of an object",
            .least = 1,
            .most = 8192},
           {.name = "results",
            .kind = ParameterKind::kShare,
            .default_value = "2%",
            .help = "objects that live until the next job",
            .least = 0,
            .most = 1}},
      .events = 2'000'000,
      .threads = 2,
      .make = make_program<Scene, Jobber>};
  return spec;
}

}  // namespace heapreel::workloads
