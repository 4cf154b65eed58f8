// Stretch by stretch through the extents of a thread.
#include "replayer/lab/plan_walk.h"

#include <cerrno>
#include <sys/mman.h>

namespace heapreel::lab {

base::Result<std::unique_ptr<PlanMap>> PlanMap::open(const PlanRef& plan) {
  const uint64_t bytes = plan.header->file_bytes;
  void* data = ::mmap(nullptr, bytes, PROT_READ, MAP_SHARED, plan.fd, 0);
  if (data == MAP_FAILED) return base::fail(base::system_error("cannot map the plan", errno));
  return std::unique_ptr<PlanMap>(new PlanMap(plan, static_cast<const uint8_t*>(data), bytes));
}

PlanMap::~PlanMap() { ::munmap(const_cast<uint8_t*>(data_), bytes_); }

StretchCursor::StretchCursor(const PlanMap& map, const plan::ThreadPlan& thread) : bytes_(map.bytes()) {
  const auto all = map.plan().extents;
  if (thread.first_extent <= all.size() && thread.extents <= all.size() - thread.first_extent)
    extents_ = all.subspan(thread.first_extent, thread.extents);
  settle();
}

std::span<const plan::Op> StretchCursor::ops() const {
  return {reinterpret_cast<const plan::Op*>(head_ + 1), head_->ops};
}

void StretchCursor::next() {
  offset_ += sizeof(plan::Stretch) + head_->ops * sizeof(plan::Op);
  ++number_;
  settle();
}

void StretchCursor::settle() {
  head_ = nullptr;
  while (offset_ >= end_) {
    if (extents_.empty()) return;
    offset_ = extents_.front().offset;
    end_ = offset_ + extents_.front().bytes;
    extents_ = extents_.subspan(1);
    if (end_ < offset_ || end_ > bytes_.size()) return;
  }
  if (end_ - offset_ < sizeof(plan::Stretch)) return;
  const auto* head = reinterpret_cast<const plan::Stretch*>(bytes_.data() + offset_);
  if (head->ops <= (end_ - offset_ - sizeof *head) / sizeof(plan::Op)) head_ = head;
}

}  // namespace heapreel::lab
