// PlanFile::check(): the walk through a plan's stretches and ops. Total over any bytes, as opening is.
#include <array>
#include <fmt/format.h>
#include <vector>

#include "replayer/plan/plan_file.h"
#include "trace_format/event/op.h"

namespace heapreel::plan {
namespace {

bool is_kind(Kind kind) {
  const auto number = static_cast<uint8_t>(kind);
  const bool of_replay = (kind >= Kind::kReallocOfNull && kind <= Kind::kReallocarrayToNothing) ||
                         kind == Kind::kTouch || kind == Kind::kSpawn;
  const auto op = static_cast<reel::Op>(number);
  const bool of_reel = reel::is_known(number) && op != reel::Op::kInherited && op < reel::Op::kMark;
  return of_replay || (of_reel && number != 0);
}

// What a walk finds, to be compared with the header.
struct Found {
  uint64_t ops = 0;
  uint64_t stretches = 0;
  std::array<uint64_t, kKinds> by_kind{};
  std::vector<bool> spawned{};
  std::vector<bool> checkpoints{};
};

// Why an op cannot be; null if it can.
const char* fault_of(const Op& op, const PlanHeader& header, uint32_t thread, Found& found) {
  if (static_cast<uint8_t>(op.kind) >= kKinds || !is_kind(op.kind)) return "its kind is unknown";
  if (op.kind == Kind::kSpawn) {
    if (op.slot >= header.threads || op.slot <= thread || found.spawned[op.slot]) return "it spawns a wrong thread";
    found.spawned[op.slot] = true;
  } else if (op.slot >= header.slots) {
    return "its slot does not exist";
  }
  found.by_kind[static_cast<size_t>(op.kind)] += 1;
  return nullptr;
}

}  // namespace

base::Status PlanFile::check() const {
  const PlanHeader& head = header();
  Found found;
  found.spawned.resize(head.threads);
  found.checkpoints.resize(head.checkpoints);
  for (uint32_t index = 0; index < head.threads; ++index) {
    const ThreadPlan& thread = threads()[index];
    const uint64_t ops_before = found.ops;
    const uint64_t stretches_before = found.stretches;
    uint64_t seq = 0;
    uint64_t time_ns = 0;
    for (const Extent& extent : extents_of(thread)) {
      uint64_t offset = extent.offset;
      while (offset < extent.offset + extent.bytes) {
        const uint64_t left = extent.offset + extent.bytes - offset;
        if (left < sizeof(Stretch)) return damaged("a stretch does not fit its extent", offset);
        const Stretch& stretch = *at<Stretch>(offset);
        if (stretch.ops == 0 || stretch.ops > kStretchOps || left < sizeof stretch + stretch.ops * sizeof(Op))
          return damaged(fmt::format("a stretch of {} ops", stretch.ops), offset);
        if (stretch.seq < seq || stretch.time_ns < time_ns || stretch.next_thread >= head.threads)
          return damaged("a stretch is out of order", offset);
        if (stretch.checkpoint > head.checkpoints ||
            (stretch.checkpoint != 0 && (checkpoints()[stretch.checkpoint - 1].seq != stretch.seq ||
                                         checkpoints()[stretch.checkpoint - 1].thread != index)))
          return damaged("a stretch names a wrong checkpoint", offset);
        if (stretch.checkpoint != 0) found.checkpoints[stretch.checkpoint - 1] = true;
        for (uint32_t i = 0; i < stretch.ops; ++i) {
          const uint64_t op_offset = offset + sizeof stretch + i * sizeof(Op);
          if (const char* why = fault_of(*at<Op>(op_offset), head, index, found)) return damaged(why, op_offset);
        }
        seq = stretch.seq + stretch.ops;
        time_ns = stretch.time_ns;
        found.ops += stretch.ops;
        found.stretches += 1;
        offset += sizeof stretch + stretch.ops * sizeof(Op);
      }
    }
    if (found.ops - ops_before != thread.ops || found.stretches - stretches_before != thread.stretches)
      return damaged(fmt::format("thread {} has another number of ops than its entry says", index), 0);
  }
  for (uint32_t index = 1; index < head.threads; ++index)
    if (!found.spawned[index]) return damaged(fmt::format("nobody spawns thread {}", index), 0);
  for (const bool taken : found.checkpoints)
    if (!taken) return damaged("a checkpoint is never taken", 0);
  if (found.ops != head.ops || found.stretches != head.stretches ||
      !std::equal(found.by_kind.begin(), found.by_kind.end(), head.ops_by_kind))
    return damaged("the ops are not as many as its header says", 0);
  return {};
}

}  // namespace heapreel::plan
