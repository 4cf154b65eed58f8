// The simple planner of reference_plan.h.
#include "tests/replayer/plan/reference_plan.h"

#include <algorithm>

#include "replayer/plan/planner.h"

namespace heapreel::plan::tests {
namespace {

using reel::Event;

struct Object {
  uint64_t life;
  uint64_t size;
  size_t home;
};

class SimplePlanner {
 public:
  WantedPlan make(const heapreel::tests::Reading& reading) {
    begin(reading.events.empty() ? Event{} : reading.events.front());
    for (size_t i = 0; i < reading.events.size(); ++i) {
      const Event& event = reading.events[i];
      second_free_ = std::any_of(reading.second_frees.begin(), reading.second_frees.end(),
                                 [i](const reel::SecondFree& second) { return second.position == i; });
      const bool births = reel::births(event.op, event.flags);
      if (births && event.object > next_object_) births_lost_ = true;
      add(event);
      if (births) next_object_ = event.object + 1;
    }
    plan_.live_end_bytes = live_bytes_;
    plan_.live_end_objects = objects_.size();
    return std::move(plan_);
  }

 private:
  void begin(const Event& first) {
    plan_.first_ticks = first.time;
    const bool made = first.op == reel::Op::kThreadStart && first.size != 0;
    plan_.serials.push_back(made ? static_cast<uint32_t>(first.size - 1) : first.thread);
    plan_.ops.emplace_back();
  }

  size_t index_of(uint32_t serial) {
    const auto at = std::find(plan_.serials.begin(), plan_.serials.end(), serial);
    return static_cast<size_t>(at - plan_.serials.begin());
  }

  size_t thread_of(const Event& event) {
    const size_t index = index_of(event.thread);
    if (index < plan_.serials.size()) return index;
    size_t creator = 0;
    if (event.op == reel::Op::kThreadStart && event.size != 0) {
      const size_t known =
          event.size - 1 > ~uint32_t{0} ? plan_.serials.size() : index_of(static_cast<uint32_t>(event.size - 1));
      if (known < plan_.serials.size() && std::find(ended_.begin(), ended_.end(), known) == ended_.end())
        creator = known;
    }
    put(creator, event, Kind::kSpawn, event.thread, 0, 0);
    plan_.serials.push_back(event.thread);
    plan_.ops.emplace_back();
    return index;
  }

  void put(size_t thread, const Event& event, Kind kind, uint64_t size, uint64_t align_log2, uint64_t life) {
    plan_.ops[thread].push_back({kind, size, align_log2, life, plan_.order.size(), event.time});
    plan_.order.push_back(thread);
  }

  static uint64_t bounded(uint64_t size) { return std::min(size, uint64_t{1} << 47); }

  void born(const Event& event, Kind kind) {
    if ((event.flags & reel::kRuntime) != 0) {
      plan_.policies.runtime_events += 1;
      runtime_[event.object] = true;
      return;
    }
    const size_t thread = thread_of(event);
    objects_[event.object] = {event.object, event.size, thread};
    put(thread, event, kind, event.size, event.align_log2, event.object);
    plan_.bytes_requested += event.size;
    change(bounded(event.size));
  }

  void change(uint64_t bytes) {
    live_bytes_ += bytes;
    plan_.live_peak_bytes = std::max(plan_.live_peak_bytes, live_bytes_);
  }

  void stranger(const Event& event, uint64_t object) {
    if (object == 0 && (event.flags & reel::kUnknown) == 0)
      plan_.policies.out_of_place += 1;
    else if (runtime_.erase(object) != 0)
      plan_.policies.runtime_events += 1;
    else if (second_free_ || (object != 0 && object < next_object_ && !births_lost_))
      plan_.policies.double_frees += 1;
    else
      plan_.policies.unknown_frees += 1;
  }

  void died(const Event& event, uint64_t object, Kind kind, bool by_free) {
    const size_t thread = thread_of(event);
    const Object gone = objects_.at(object);
    objects_.erase(object);
    uint64_t& crossings = by_free ? plan_.cross_thread_frees : plan_.cross_thread_reallocs;
    if (gone.home != thread) crossings += 1;
    put(thread, event, kind, event.size, by_free ? event.align_log2 : 0, gone.life);
    change(0 - bounded(gone.size));
  }

  void moved(const Event& event) {
    const size_t thread = thread_of(event);
    const Object old = objects_.at(event.old_object);
    objects_.erase(event.old_object);
    if (old.home != thread) plan_.cross_thread_reallocs += 1;
    objects_[event.object] = {old.life, event.size, thread};
    put(thread, event, event.op == reel::Op::kRealloc ? Kind::kRealloc : Kind::kReallocarray, event.size, 0, old.life);
    plan_.bytes_requested += event.size;
    change(bounded(event.size) - bounded(old.size));
  }

  void reallocated(const Event& event) {
    const bool array = event.op == reel::Op::kReallocarray;
    const bool takes = (event.flags & (reel::kNullOld | reel::kUnknown)) == 0;
    const bool known = takes && objects_.count(event.old_object) != 0;
    if ((event.flags & reel::kFailed) != 0) {
      plan_.policies.failed_allocations += 1;
    } else if ((event.flags & reel::kNoResult) != 0) {
      if (known)
        died(event, event.old_object, array ? Kind::kReallocarrayToNothing : Kind::kReallocToNothing, false);
      else if ((event.flags & reel::kNullOld) != 0)
        plan_.policies.failed_allocations += 1;
      else
        stranger(event, event.old_object);
    } else if (known) {
      moved(event);
    } else {
      if (takes) runtime_.erase(event.old_object);
      if ((event.flags & (reel::kNullOld | reel::kRuntime)) == 0) plan_.policies.unknown_reallocs += 1;
      born(event, array ? Kind::kReallocarrayOfNull : Kind::kReallocOfNull);
    }
  }

  void add(const Event& event) {
    plan_.last_ticks = event.time;
    const reel::OpTraits& kind = reel::traits(event.op);
    if (kind.frees) {
      const bool known = objects_.count(event.object) != 0;
      if (known && (event.flags & reel::kImplied) != 0) plan_.policies.implied_frees += 1;
      known ? died(event, event.object, static_cast<Kind>(event.op), true) : stranger(event, event.object);
    } else if (kind.reallocates) {
      reallocated(event);
    } else if (kind.allocates) {
      allocated(event);
    } else {
      add_rare(event);
    }
  }

  void allocated(const Event& event) {
    if (!reel::births(event.op, event.flags)) {
      plan_.policies.failed_allocations += 1;
      return;
    }
    const bool inherited = event.op == reel::Op::kInherited;
    if (inherited) plan_.policies.inherited_blocks += 1;
    const Kind as = event.align_log2 != 0 ? Kind::kMemalign : Kind::kMalloc;
    born(event, inherited ? as : static_cast<Kind>(event.op));
  }

  void add_rare(const Event& event) {
    if (event.op == reel::Op::kUsableSize) {
      const auto found = objects_.find(event.object);
      if (found != objects_.end())
        put(thread_of(event), event, Kind::kUsableSize, 0, 0, found->second.life);
      else if (runtime_.count(event.object) != 0)
        plan_.policies.runtime_events += 1;
      else
        plan_.policies.out_of_place += 1;
    } else if (event.op == reel::Op::kGap) {
      plan_.policies.lost_events += event.size;
    } else if (event.op == reel::Op::kThreadStart) {
      (void)thread_of(event);
    } else if (event.op == reel::Op::kThreadEnd) {
      const size_t thread = thread_of(event);
      if (thread != 0) ended_.push_back(thread);
    }
  }

  bool births_lost_ = false;  // a block of events is missing
  WantedPlan plan_;
  std::map<uint64_t, Object> objects_;
  std::map<uint64_t, bool> runtime_;
  std::vector<size_t> ended_;
  uint64_t live_bytes_ = 0;
  uint64_t next_object_ = 1;
  bool second_free_ = false;
};

}  // namespace

WantedPlan wanted_plan(const heapreel::tests::Reading& reading) { return SimplePlanner().make(reading); }

std::vector<std::vector<PlannedOp>> planned_ops(const PlanFile& plan) {
  std::vector<std::vector<PlannedOp>> threads;
  for (const ThreadPlan& thread : plan.threads()) {
    std::vector<PlannedOp>& ops = threads.emplace_back();
    plan.for_each_stretch(thread, [&](const Stretch& stretch, std::span<const Op> of_stretch) {
      bool first = true;
      for (const Op& op : of_stretch) {
        if (op.kind != Kind::kTouch) ops.push_back({op, &stretch, first});
        first = false;
      }
    });
  }
  return threads;
}

PlanFile plan_of(const std::string& reel, const std::string& output, bool strict, unsigned threads) {
  const auto file = reel::ReelFile::open(reel);
  EXPECT_TRUE(file.has_value());
  const auto metadata = reel::read_metadata(*file);
  EXPECT_TRUE(metadata.has_value());
  base::WorkerPool pool(threads);
  const auto report = make_plan(*file, *metadata, pool, {.strict = strict}, output);
  EXPECT_TRUE(report.has_value()) << report.error().what << ": " << report.error().why;
  auto plan = PlanFile::open(output);
  EXPECT_TRUE(plan.has_value()) << plan.error().what << ": " << plan.error().why;
  const auto sound = plan->check();
  EXPECT_TRUE(sound.has_value()) << sound.error().why << " at " << sound.error().offset;
  return std::move(*plan);
}

}  // namespace heapreel::plan::tests
