// Plans made by hand, in memory: as small as a test can be read.
#pragma once

#include <cstring>
#include <sys/mman.h>
#include <unistd.h>

#include "replayer/lab/plan_walk.h"

namespace heapreel::lab {

struct MadeStretch {
  plan::Stretch head{};
  std::vector<plan::Op> ops{};
};

class MadePlan {
 public:
  explicit MadePlan(const std::vector<std::vector<MadeStretch>>& threads) {
    base::Buffer bytes(sizeof(plan::PlanHeader));
    for (const auto& stretches : threads) add_thread(bytes, stretches);
    header_.file_bytes = bytes.size();
    header_.threads = threads_.size();
    header_.threads_alive_max = threads_.size();
    fd_ = base::Fd(::memfd_create("made-plan", MFD_CLOEXEC));
    if (::write(fd_.get(), bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) std::abort();
  }

  plan::PlanHeader& header() { return header_; }
  std::vector<plan::Checkpoint>& checkpoints() { return checkpoints_; }
  PlanRef ref() const {
    return {.fd = fd_.get(), .header = &header_, .threads = threads_, .checkpoints = checkpoints_, .extents = extents_};
  }

 private:
  void add_thread(base::Buffer& bytes, const std::vector<MadeStretch>& stretches) {
    const uint64_t offset = bytes.size();
    plan::ThreadPlan thread{.serial = static_cast<uint32_t>(threads_.size()), .first_extent = extents_.size()};
    for (const MadeStretch& stretch : stretches) {
      plan::Stretch head = stretch.head;
      head.ops = static_cast<uint32_t>(stretch.ops.size());
      base::append(bytes, base::as_bytes(&head, sizeof head));
      base::append(bytes, base::as_bytes(stretch.ops.data(), stretch.ops.size() * sizeof(plan::Op)));
      thread.ops += head.ops;
      ++thread.stretches;
    }
    thread.extents = 1;
    extents_.push_back({.offset = offset, .bytes = bytes.size() - offset});
    threads_.push_back(thread);
  }

  plan::PlanHeader header_{};
  std::vector<plan::ThreadPlan> threads_;
  std::vector<plan::Extent> extents_;
  std::vector<plan::Checkpoint> checkpoints_;
  base::Fd fd_;
};

}  // namespace heapreel::lab
