// The scheduler of simulation.h.
#include "tests/replayer/plan/simulation.h"

#include <algorithm>
#include <fmt/format.h>

#include "tests/trace_format/random_events.h"

namespace heapreel::plan::tests {
namespace {

constexpr uint64_t kDone = ~uint64_t{0};

class Simulation {
 public:
  Simulation(const PlainPlan& plan, const Schedule& schedule, const std::function<std::string(const SimulatedOp&)>& see)
      : plan_(plan), schedule_(schedule), see_(see), random_(schedule.seed), slots_(plan.slots) {
    threads_.resize(plan.threads.size());
    threads_[0].running = true;
  }

  std::string run() {
    while (wrong_.empty()) {
      std::vector<uint32_t> ready;
      bool all_done = true;
      for (uint32_t i = 0; i < threads_.size(); ++i) {
        all_done = all_done && is_over(i);
        if (can_step(i)) ready.push_back(i);
      }
      if (all_done) return "";
      if (ready.empty()) return "every thread waits";
      const uint32_t thread = random_.pick(ready);
      const uint64_t burst = 1 + random_.below(schedule_.burst_max);
      for (uint64_t i = 0; i < burst && wrong_.empty() && can_step(thread); ++i) step(thread);
    }
    return wrong_;
  }

 private:
  struct Thread {
    bool running = false;
    size_t piece = 0;
    size_t op = 0;
    uint64_t done = 0;
  };
  struct Slot {
    uint16_t turn = 0;
    uint64_t object = 0;
    uint64_t count = 0;
  };

  bool is_over(uint32_t i) const { return threads_[i].piece == plan_.threads[i].size(); }

  uint64_t progress(uint32_t i, uint64_t Stretch::*what) const {
    return is_over(i) ? kDone : plan_.threads[i][threads_[i].piece].head.*what;
  }

  bool may_begin(uint32_t i) const {
    const Stretch& head = plan_.threads[i][threads_[i].piece].head;
    if (schedule_.ordering == Ordering::kStrict) return whose_turn_ == i;
    if (schedule_.ordering == Ordering::kNone) return true;
    for (uint32_t other = 0; other < threads_.size(); ++other) {
      if (!threads_[other].running) continue;
      const uint64_t seq = progress(other, &Stretch::seq);
      const uint64_t time_ns = progress(other, &Stretch::time_ns);
      if (seq != kDone && (head.seq > seq + schedule_.window_ops || head.time_ns > time_ns + schedule_.window_ns))
        return false;
    }
    return true;
  }

  bool can_step(uint32_t i) const {
    const Thread& thread = threads_[i];
    if (!thread.running || is_over(i)) return false;
    if (thread.op == 0 && !may_begin(i)) return false;
    const Op& op = plan_.threads[i][thread.piece].ops[thread.op];
    if ((op.mode & kWait) == 0) return true;
    return slots_[op.slot].turn == static_cast<uint16_t>(op.turn - (is_birth(op.kind) ? 1 : 0));
  }

  void step(uint32_t i) {
    Thread& thread = threads_[i];
    const PlainPlan::Piece& piece = plan_.threads[i][thread.piece];
    const Op& op = piece.ops[thread.op];
    perform(i, op);
    ++thread.done;
    if (++thread.op < piece.ops.size()) return;
    thread.op = 0;
    ++thread.piece;
    whose_turn_ = piece.head.next_thread;
  }

  void perform(uint32_t i, const Op& op) {
    if (op.kind == Kind::kSpawn) {
      threads_[op.slot].running = true;
      wrong_ = see_({i, threads_[i].done, &op, 0, 0});
      return;
    }
    Slot& slot = slots_[op.slot];
    const auto next = static_cast<uint16_t>(op.turn + 1);
    if (is_birth(op.kind)) {
      if (slot.object != 0) wrong_ = fmt::format("thread {}: a birth in a slot that holds an object", i);
      wrong_ += see_({i, threads_[i].done, &op, 0, 0});
      slot = {op.turn, ++last_object_, 1};
      return;
    }
    wrong_ = see_({i, threads_[i].done, &op, slot.object, slot.count});
    slot.count += 1;
    if (!is_death(op.kind)) {
      slot.turn = next;
      return;
    }
    slot.object = 0;
    if ((op.mode & kPublish) != 0) slot.turn = next;
  }

  const PlainPlan& plan_;
  Schedule schedule_;
  const std::function<std::string(const SimulatedOp&)>& see_;
  heapreel::tests::Random random_;
  std::vector<Thread> threads_;
  std::vector<Slot> slots_;
  uint64_t last_object_ = 0;
  uint32_t whose_turn_ = 0;
  std::string wrong_;
};

}  // namespace

PlainPlan PlainPlan::of(const PlanFile& plan) {
  PlainPlan plain;
  plain.slots = plan.header().slots;
  for (const ThreadPlan& thread : plan.threads()) {
    auto& pieces = plain.threads.emplace_back();
    plan.for_each_stretch(thread, [&](const Stretch& head, std::span<const Op> ops) {
      pieces.push_back({head, {ops.begin(), ops.end()}});
    });
  }
  return plain;
}

std::string simulate(const PlainPlan& plan, const Schedule& schedule,
                     const std::function<std::string(const SimulatedOp&)>& see) {
  return Simulation(plan, schedule, see).run();
}

bool is_birth(Kind kind) {
  const auto number = static_cast<uint8_t>(kind);
  return number <= static_cast<uint8_t>(Kind::kReallocarrayOfNull) && kind != Kind::kRealloc &&
         kind != Kind::kReallocarray;
}

bool is_death(Kind kind) {
  return kind == Kind::kReallocToNothing || kind == Kind::kReallocarrayToNothing ||
         (kind >= Kind::kFree && kind <= Kind::kDeleteArrayAlignedNothrow);
}

}  // namespace heapreel::plan::tests
