// The buffers of plan_writer.h.
#include "replayer/plan/plan_writer.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <unistd.h>

#include "replayer/plan/plan_file.h"

namespace heapreel::plan {
namespace {

constexpr size_t kHeadOps = sizeof(Stretch) / sizeof(Op);
static_assert(sizeof(Stretch) % sizeof(Op) == 0);

constexpr size_t kExtentBytesMin = 4096;
constexpr size_t kExtentBytesMax = size_t{1} << 20;
constexpr size_t kBufferBytesAll = size_t{32} << 20;
constexpr size_t kStretchRoomOps = kHeadOps + 16;  // a buffer with less room left is full
constexpr uint64_t kExtentAlignment = 64;          // threads share no cache line

uint64_t aligned(uint64_t offset) { return (offset + kExtentAlignment - 1) / kExtentAlignment * kExtentAlignment; }

template <class T>
void append(base::Buffer& to, const std::vector<T>& list) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(list.data());
  to.insert(to.end(), bytes, bytes + list.size() * sizeof(T));
}

}  // namespace

PlanWriter::PlanWriter(const base::Fd& file, std::string name, bool strict)
    : file_(&file), name_(std::move(name)), strict_(strict), file_bytes_(aligned(sizeof(PlanHeader))) {}

void PlanWriter::add_thread(uint32_t serial, uint32_t creator, uint64_t seq, uint64_t time_ns) {
  Lane& lane = lanes_.emplace_back();
  lane.plan = {.serial = serial, .creator = creator, .first_seq = seq, .first_time_ns = time_ns};
  lane.last_time_ns = time_ns;
}

// In a strict plan, whose stretch follows is not known yet.
void PlanWriter::end_thread(uint32_t thread) {
  Lane& lane = lanes_[thread];
  lane.ended = true;
  if (strict_ && lane.head != nullptr) return;
  end_stretch(lane, thread);
  give_back(lane);
}

void PlanWriter::take_checkpoint(uint32_t thread, uint64_t time_ns, uint64_t live_bytes) {
  if (strict_ && thread != last_thread_) switch_to(thread);
  end_stretch(lanes_[thread], thread);
  checkpoints_.push_back({.time_ns = time_ns, .seq = seq_, .live_bytes = live_bytes, .thread = thread});
  lanes_[thread].checkpoint = static_cast<uint32_t>(checkpoints_.size());
}

void PlanWriter::switch_to(uint32_t thread) {
  Lane& last = lanes_[last_thread_];
  end_stretch(last, thread);
  if (last.ended) give_back(last);
  last_thread_ = thread;
}

void PlanWriter::begin_stretch(Lane& lane, uint32_t thread, uint64_t time_ns) {
  end_stretch(lane, thread);
  make_room(lane);
  Op* const at = lane.buffer.get() + lane.used;
  lane.head = new (at) Stretch{.time_ns = time_ns, .seq = seq_, .checkpoint = std::exchange(lane.checkpoint, 0U)};
  lane.next = at + kHeadOps;
  lane.limit = lane.next + std::min<size_t>(kStretchOps, lane.capacity - lane.used - kHeadOps);
  lane.seq_limit = seq_ + kStretchSpanOps;
  lane.time_limit = time_ns + kStretchSpanNs;
  lane.net_bytes = lane.rise_bytes = 0;
  if (lane.plan.stretches == 0) {
    lane.plan.first_seq = seq_;
    lane.plan.first_time_ns = time_ns;
  }
  lane.plan.stretches += 1;
  stretches_ += 1;
}

void PlanWriter::end_stretch(Lane& lane, uint32_t next_thread) {
  if (lane.head == nullptr) return;
  Op* const first = reinterpret_cast<Op*>(lane.head) + kHeadOps;
  const auto ops = static_cast<uint32_t>(lane.next - first);
  lane.head->ops = ops;
  lane.head->net_bytes = lane.net_bytes;
  lane.head->rise_bytes = static_cast<uint64_t>(lane.rise_bytes);
  lane.head->next_thread = strict_ ? next_thread : 0;
  lane.plan.ops += ops;
  lane.used += kHeadOps + ops;
  lane.head = nullptr;
  lane.next = lane.limit = nullptr;
}

// A buffer with room for a stretch of decent length.
void PlanWriter::make_room(Lane& lane) {
  if (lane.buffer && lane.capacity - lane.used >= kStretchRoomOps) return;
  flush(lane);
  const size_t bytes_max = std::clamp(kBufferBytesAll / lanes_.size(), kExtentBytesMin, kExtentBytesMax);
  const size_t bytes = std::min(lane.next_bytes, bytes_max);
  if (!lane.buffer || bytes / sizeof(Op) > lane.capacity) {
    lane.capacity = bytes / sizeof(Op);
    lane.buffer = std::make_unique_for_overwrite<Op[]>(lane.capacity);
  }
  lane.next_bytes = std::min(2 * bytes, kExtentBytesMax);
}

void PlanWriter::flush(Lane& lane) {
  if (lane.used == 0) return;
  lane.extents.push_back({.offset = file_bytes_, .bytes = lane.used * sizeof(Op)});
  write(lane.buffer.get(), lane.used * sizeof(Op));
  file_bytes_ = aligned(file_bytes_);
  lane.used = 0;
}

void PlanWriter::give_back(Lane& lane) {
  flush(lane);
  lane.buffer.reset();
  lane.capacity = 0;
}

// Appends; the first failure stays.
void PlanWriter::write(const void* bytes, size_t count) {
  const auto* from = static_cast<const char*>(bytes);
  while (count > 0 && status_) {
    const ssize_t put = ::pwrite(file_->get(), from, count, static_cast<off_t>(file_bytes_));
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) {
      status_ = base::fail(base::system_error(fmt::format("cannot write {}", name_), put < 0 ? errno : ENOSPC));
      return;
    }
    from += put;
    count -= static_cast<size_t>(put);
    file_bytes_ += static_cast<uint64_t>(put);
  }
}

base::Buffer PlanWriter::tables(PlanHeader& header) {
  std::vector<ThreadPlan> threads;
  std::vector<Extent> extents;
  for (Lane& lane : lanes_) {
    lane.plan.first_extent = extents.size();
    lane.plan.extents = lane.extents.size();
    lane.plan.last_time_ns = lane.last_time_ns;
    threads.push_back(lane.plan);
    extents.insert(extents.end(), lane.extents.begin(), lane.extents.end());
  }
  header.threads = threads.size();
  header.threads_offset = file_bytes_;
  header.extents = extents.size();
  header.extents_offset = header.threads_offset + threads.size() * sizeof(ThreadPlan);
  header.checkpoints = checkpoints_.size();
  header.checkpoints_offset = header.extents_offset + extents.size() * sizeof(Extent);
  base::Buffer bytes;
  append(bytes, threads);
  append(bytes, extents);
  append(bytes, checkpoints_);
  return bytes;
}

base::Status PlanWriter::finish(PlanHeader header) {
  for (uint32_t thread = 0; thread < lanes_.size(); ++thread) {
    end_stretch(lanes_[thread], thread);
    give_back(lanes_[thread]);
  }
  const base::Buffer bytes = tables(header);
  write(bytes.data(), bytes.size());
  header.magic = kPlanMagic;
  header.version = kPlanVersion;
  header.header_bytes = sizeof header;
  header.file_bytes = file_bytes_;
  if (strict_) header.flags |= kStrictPlan;
  header.ops = seq_;
  header.stretches = stretches_;
  header.hash = plan_hash(header, bytes);
  file_bytes_ = 0;
  write(&header, sizeof header);
  return std::move(status_);
}

}  // namespace heapreel::plan
