// The recording's events drive it; each thread's cursor in the plan follows.
#include "replayer/lab/rerecord.h"

#include <charconv>
#include <fmt/format.h>
#include <unordered_map>

#include "replayer/lab/expected_calls.h"
#include "replayer/lab/outcome_text.h"
#include "trace_format/base/flat_map.h"
#include "trace_format/resolve/event_stream.h"
#include "trace_format/store/metadata.h"

namespace heapreel::lab {
namespace {

using plan::Kind;
using plan::Op;
using reel::Event;

// A plan's numbers of kinds are the reel's, but for reallocs that only bear or only free.
reel::Op recorded_kind(Kind kind) {
  switch (kind) {
    case Kind::kReallocOfNull:
    case Kind::kReallocToNothing:
      return reel::Op::kRealloc;
    case Kind::kReallocarrayOfNull:
    case Kind::kReallocarrayToNothing:
      return reel::Op::kReallocarray;
    default:
      return static_cast<reel::Op>(kind);
  }
}

bool is_to_nothing(Kind kind) { return kind == Kind::kReallocToNothing || kind == Kind::kReallocarrayToNothing; }
bool is_realloc(Kind kind) { return kind == Kind::kRealloc || kind == Kind::kReallocarray; }
bool is_birth(Kind kind) {
  return kind == Kind::kReallocOfNull || kind == Kind::kReallocarrayOfNull ||
         (reel::traits(static_cast<reel::Op>(kind)).allocates && !is_realloc(kind) && !is_to_nothing(kind));
}

using Name = uint64_t;  // thread of birth << 40 | the how-manieth birth there, from 1
constexpr int kOrdinalBits = 40;

std::string name_text(Name name) {
  return fmt::format("object {} of thread {}", name & ((Name{1} << kOrdinalBits) - 1), name >> kOrdinalBits);
}

struct Lane {
  ExpectedCalls expected;
  uint64_t births_expected = 0;
  uint64_t births_seen = 0;
  uint64_t extra_object = 0;  // what a realloc to 0 returned: the runner frees it at once
  bool seen = false;
};

class Comparison {
 public:
  Comparison(const PlanMap& map, uint64_t stop_at_seq) : slots_(map.plan().header->slots) {
    for (const plan::ThreadPlan& thread : map.plan().threads)
      lanes_.push_back({.expected = ExpectedCalls(map, thread, stop_at_seq)});
  }

  // False once they differ.
  bool take(uint64_t lane, const Event& event) {
    Lane& at = lanes_[lane];
    if (at.extra_object != 0 && event.object == at.extra_object) {
      at.extra_object = 0;
      return true;
    }
    const Op* op = at.expected.op();
    if (op == nullptr) return differ(lane, fmt::format("{} more than the plan has", shown(event)));
    if (!same_call(*op, event)) return differ(lane, fmt::format("{} instead of {}", shown(event), shown(*op)));
    if (!same_object(lane, *op, event)) return false;
    at.expected.next();
    ++report_.calls;
    return true;
  }

  bool begin(uint64_t lane) {
    if (lane >= lanes_.size() || lanes_[lane].seen) return differ(lane, "is no thread of the plan, or began twice");
    lanes_[lane].seen = true;
    ++report_.threads;
    return true;
  }

  bool end(uint64_t lane) {
    if (lane >= lanes_.size()) return differ(lane, "is no thread of the plan");
    const Op* op = lanes_[lane].expected.op();
    return op == nullptr || differ(lane, fmt::format("ends before {}", shown(*op)));
  }

  RerecordReport finish() {
    for (uint64_t i = 0; i < lanes_.size() && report_.divergence.empty(); ++i)
      if (!lanes_[i].seen && lanes_[i].expected.op() != nullptr) differ(i, "was never seen");
    return report_;
  }

 private:
  static bool same_call(const Op& op, const Event& event) {
    return event.op == recorded_kind(op.kind) && event.size == op.size &&
           event.align_log2 == (op.mode & plan::kAlignMask) && (event.flags & reel::kFailed) == 0;
  }

  // Whether the event's object is the one that the plan means, by canonical names on both sides.
  bool same_object(uint64_t lane, const Op& op, const Event& event) {
    if (op.slot >= slots_.size()) return differ(lane, "has a slot that the plan does not have");
    Name& held = slots_[op.slot];
    const bool reallocs = is_realloc(op.kind) || is_to_nothing(op.kind);
    const uint64_t used = is_birth(op.kind) ? reel::kNoObject : reallocs ? event.old_object : event.object;
    if (used != reel::kNoObject || !is_birth(op.kind)) {
      const Name* seen = used == reel::kNoObject ? nullptr : names_.find(used);
      if (seen == nullptr || *seen != held)
        return differ(lane, fmt::format("{} of {} instead of {}", shown(event),
                                        seen == nullptr ? "an unknown object" : name_text(*seen), name_text(held)));
    }
    Name gone = 0;
    if (reallocs || reel::traits(event.op).frees) names_.remove(used, gone);
    if (is_birth(op.kind) || is_realloc(op.kind)) {
      held = lane << kOrdinalBits | ++lanes_[lane].births_expected;
      names_.add(event.object, lane << kOrdinalBits | ++lanes_[lane].births_seen);
    }
    if (is_to_nothing(op.kind) && (event.flags & reel::kNoResult) == 0) lanes_[lane].extra_object = event.object;
    return true;
  }

  static std::string shown(const Event& event) {
    return fmt::format("{} of {} bytes{}", reel::traits(event.op).name, event.size,
                       event.align_log2 == 0 ? "" : fmt::format(" aligned to {}", uint64_t{1} << event.align_log2));
  }
  static std::string shown(const Op& op) {
    const int align = op.mode & plan::kAlignMask;
    return fmt::format("{} of {} bytes{}", kind_name(static_cast<uint32_t>(op.kind)), op.size,
                       align == 0 ? "" : fmt::format(" aligned to {}", uint64_t{1} << align));
  }

  bool differ(uint64_t lane, const std::string& how) {
    const uint64_t call = lane < lanes_.size() ? lanes_[lane].expected.calls() : 0;
    if (report_.divergence.empty()) report_.divergence = fmt::format("thread {}, call {}: {}", lane, call, how);
    return false;
  }

  std::vector<Lane> lanes_;
  std::vector<Name> slots_;
  base::FlatMap<Name> names_;  // of living objects, by the recording's numbers
  RerecordReport report_;
};

// Which thread of the plan each recorded thread is just now.
class Marks {
 public:
  explicit Marks(const reel::ReelMetadata& metadata) {
    for (const auto& mark : metadata.confidential.marks()) names_[mark.number()] = mark.name();
  }

  static bool number_behind(std::string_view name, std::string_view prefix, uint64_t& number) {
    if (!name.starts_with(prefix)) return false;
    name.remove_prefix(prefix.size());
    return std::from_chars(name.data(), name.data() + name.size(), number).ptr == name.data() + name.size();
  }

  bool take(const Event& event, Comparison& comparison) {
    const std::string& name = names_[static_cast<uint32_t>(event.size)];
    uint64_t number = 0;
    if (number_behind(name, kBeginMark, number)) {
      lanes_[event.thread] = number;
      return comparison.begin(number);
    }
    if (!number_behind(name, kEndMark, number)) return true;
    lanes_.erase(event.thread);
    return comparison.end(number);
  }

  const uint64_t* lane_of(uint32_t thread) const {
    const auto found = lanes_.find(thread);
    return found == lanes_.end() ? nullptr : &found->second;
  }

 private:
  std::unordered_map<uint32_t, std::string> names_;
  std::unordered_map<uint32_t, uint64_t> lanes_;
};

bool take(const Event& event, Marks& marks, Comparison& comparison) {
  if (event.op == reel::Op::kMark) return marks.take(event, comparison);
  const uint64_t* lane = marks.lane_of(event.thread);
  const bool counts = lane != nullptr && (event.flags & (reel::kRuntime | reel::kImplied)) == 0 &&
                      event.op != reel::Op::kThreadStart && event.op != reel::Op::kThreadEnd &&
                      event.op != reel::Op::kGap && event.op != reel::Op::kInherited;
  return !counts || comparison.take(*lane, event);
}

}  // namespace

void ExpectedCalls::settle() {
  op_ = nullptr;
  for (; !cursor_.at_end(); cursor_.next(), place_ = 0) {
    if (stop_at_seq_ != 0 && cursor_.head().seq >= stop_at_seq_) return;
    const auto ops = cursor_.ops();
    for (; place_ < ops.size(); ++place_) {
      if (!is_call(ops[place_].kind)) continue;
      op_ = &ops[place_];
      return;
    }
  }
}

base::Result<RerecordReport> compare_with_plan(const std::string& reel_path, const PlanMap& map, uint64_t stop_at_seq) {
  const auto file = reel::ReelFile::open(reel_path);
  if (!file) return base::fail(file.error());
  const auto metadata = reel::read_metadata(*file);
  if (!metadata) return base::fail(metadata.error());
  base::WorkerPool pool(1);
  const auto stream = reel::open_events(*file, pool);
  if (!stream) return base::fail(stream.error());
  Marks marks(*metadata);
  Comparison comparison(map, stop_at_seq);
  reel::EventBatch batch;
  for (;;) {
    const auto more = (*stream)->next(batch);
    if (!more) return base::fail(more.error());
    if (!*more) return comparison.finish();
    for (const Event& event : batch.events)
      if (!take(event, marks, comparison)) return comparison.finish();
  }
}

}  // namespace heapreel::lab
