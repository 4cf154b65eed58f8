// A plan, open: the file mapped, its header and tables checked. Twin: plan_writer.h.
//
// Opening is total: any bytes give a plan or an Error, and what the accessors hand out lies within the file. The ops
// themselves are not looked at (a plan may exceed memory); check() does that.
#pragma once

#include <span>
#include <string>

#include "replayer/plan/plan_format.h"
#include "trace_format/base/file.h"

namespace heapreel::plan {

class PlanFile {
 public:
  static base::Result<PlanFile> open(const std::string& path);
  // Takes an open file; `path` is for messages, and empty if it has no name.
  static base::Result<PlanFile> adopt(base::Fd fd, std::string path);

  PlanFile(PlanFile&& other) noexcept
      : fd_(std::move(other.fd_)),
        path_(std::move(other.path_)),
        data_(std::exchange(other.data_, nullptr)),
        bytes_(std::exchange(other.bytes_, 0)) {}
  PlanFile& operator=(PlanFile&& other) noexcept {
    std::swap(fd_, other.fd_);
    std::swap(path_, other.path_);
    std::swap(data_, other.data_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~PlanFile();

  const PlanHeader& header() const { return *at<PlanHeader>(0); }
  std::span<const ThreadPlan> threads() const { return {at<ThreadPlan>(header().threads_offset), header().threads}; }
  std::span<const Extent> extents() const { return {at<Extent>(header().extents_offset), header().extents}; }
  std::span<const Extent> extents_of(const ThreadPlan& thread) const {
    return extents().subspan(thread.first_extent, thread.extents);
  }
  std::span<const Checkpoint> checkpoints() const {
    return {at<Checkpoint>(header().checkpoints_offset), header().checkpoints};
  }
  const base::Fd& fd() const { return fd_; }
  const std::string& path() const { return path_; }

  // Calls visit(stretch, ops) for each stretch of a thread, in order. Only for plans that check() accepts, or that were
  // just written.
  template <class Visit>
  void for_each_stretch(const ThreadPlan& thread, Visit visit) const {
    for (const Extent& extent : extents_of(thread)) {
      for (uint64_t offset = extent.offset; offset < extent.offset + extent.bytes;) {
        const Stretch& head = *at<Stretch>(offset);
        visit(head, std::span<const Op>(at<Op>(offset + sizeof head), head.ops));
        offset += sizeof head + head.ops * sizeof(Op);
      }
    }
  }

  // Walks all stretches and ops: every number in its range, every sum as the header says.
  base::Status check() const;

 private:
  PlanFile(base::Fd fd, std::string path, const uint8_t* data, uint64_t bytes)
      : fd_(std::move(fd)), path_(std::move(path)), data_(data), bytes_(bytes) {}

  template <class T>
  const T* at(uint64_t offset) const {
    return reinterpret_cast<const T*>(data_ + offset);
  }
  base::Status check_header() const;
  base::Status check_tables() const;
  tl::unexpected<base::Error> damaged(std::string why, uint64_t offset) const;

  base::Fd fd_;
  std::string path_;
  const uint8_t* data_ = nullptr;
  uint64_t bytes_ = 0;
};

// The hash that a plan's header holds: of the header with that field 0, then of the bytes of the three tables.
uint64_t plan_hash(PlanHeader header, base::Bytes tables);

}  // namespace heapreel::plan
