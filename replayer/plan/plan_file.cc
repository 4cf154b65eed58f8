// Opening a plan, and the walk of check().
#include "replayer/plan/plan_file.h"

#include <cerrno>
#include <fmt/format.h>
#include <memory>
#include <sys/mman.h>
#include <xxhash.h>

namespace heapreel::plan {
namespace {

// Whether a table of `count` entries at `offset` lies within `bytes`.
bool lies_within(uint64_t offset, uint64_t count, uint64_t entry_bytes, uint64_t bytes) {
  return offset % 8 == 0 && offset >= sizeof(PlanHeader) && offset <= bytes && count <= (bytes - offset) / entry_bytes;
}

}  // namespace

uint64_t plan_hash(PlanHeader header, base::Bytes tables) {
  header.hash = 0;
  const std::unique_ptr<XXH64_state_t, decltype(&XXH64_freeState)> state(XXH64_createState(), &XXH64_freeState);
  XXH64_reset(state.get(), 0);
  XXH64_update(state.get(), &header, sizeof header);
  XXH64_update(state.get(), tables.data(), tables.size());
  return XXH64_digest(state.get());
}

base::Result<PlanFile> PlanFile::open(const std::string& path) {
  auto fd = base::open_for_reading(path);
  if (!fd) return base::fail(std::move(fd).error());
  return adopt(std::move(*fd), path);
}

base::Result<PlanFile> PlanFile::adopt(base::Fd fd, std::string path) {
  const auto bytes = base::size_of(fd, path);
  if (!bytes) return base::fail(bytes.error());
  if (*bytes < sizeof(PlanHeader))
    return base::bad_input(fmt::format("cannot read plan {}", path), fmt::format("it has only {} bytes", *bytes), 0);
  void* const data = ::mmap(nullptr, *bytes, PROT_READ, MAP_SHARED, fd.get(), 0);
  if (data == MAP_FAILED) return base::fail(base::system_error(fmt::format("cannot map plan {}", path), errno));
  PlanFile plan(std::move(fd), std::move(path), static_cast<const uint8_t*>(data), *bytes);
  HEAPREEL_TRY(plan.check_header());
  HEAPREEL_TRY(plan.check_tables());
  return plan;
}

PlanFile::~PlanFile() {
  if (data_ != nullptr) ::munmap(const_cast<uint8_t*>(data_), bytes_);
}

tl::unexpected<base::Error> PlanFile::damaged(std::string why, uint64_t offset) const {
  return base::fail({.code = base::ErrorCode::kBadInput,
                     .what = fmt::format("cannot use plan {}", path_),
                     .why = std::move(why),
                     .hint = "remove it: it is made anew from its reel",
                     .offset = offset});
}

// The tables follow each other and end the file; the hash holds for them and for the header.
base::Status PlanFile::check_header() const {
  const PlanHeader& head = header();
  if (head.magic != kPlanMagic) return damaged("it is not a plan", 0);
  if (head.version != kPlanVersion || head.header_bytes != sizeof head)
    return damaged(fmt::format("it has version {}, not {}", head.version, kPlanVersion), 0);
  if (head.file_bytes != bytes_) return damaged(fmt::format("it has {} bytes, not {}", bytes_, head.file_bytes), 0);
  if (!lies_within(head.threads_offset, head.threads, sizeof(ThreadPlan), bytes_) ||
      !lies_within(head.extents_offset, head.extents, sizeof(Extent), bytes_) ||
      !lies_within(head.checkpoints_offset, head.checkpoints, sizeof(Checkpoint), bytes_) ||
      head.extents_offset != head.threads_offset + head.threads * sizeof(ThreadPlan) ||
      head.checkpoints_offset != head.extents_offset + head.extents * sizeof(Extent) ||
      bytes_ != head.checkpoints_offset + head.checkpoints * sizeof(Checkpoint))
    return damaged("its tables do not lie where they should", 0);
  const base::Bytes tables(data_ + head.threads_offset, bytes_ - head.threads_offset);
  if (plan_hash(head, tables) != head.hash) return damaged("its header or a table is damaged", 0);
  return {};
}

base::Status PlanFile::check_tables() const {
  const PlanHeader& head = header();
  if (head.threads == 0) return damaged("it has no thread", head.threads_offset);
  if (head.slots >= uint64_t{1} << 32) return damaged("it has too many slots", 0);
  uint64_t next_extent = 0;
  for (uint32_t index = 0; index < threads().size(); ++index) {
    const ThreadPlan& thread = threads()[index];
    const bool placed = thread.first_extent == next_extent && thread.extents <= head.extents - next_extent;
    const bool made = index == 0 ? thread.creator == 0 : thread.creator < index;
    if (!placed || !made) return damaged(fmt::format("thread {} is not sound", index), head.threads_offset);
    next_extent += thread.extents;
  }
  if (next_extent != head.extents) return damaged("an extent belongs to no thread", head.extents_offset);
  for (const Extent& extent : extents()) {
    const bool within = extent.offset >= sizeof head && extent.offset % alignof(Stretch) == 0 &&
                        extent.offset <= head.threads_offset && extent.bytes <= head.threads_offset - extent.offset &&
                        extent.bytes % sizeof(Op) == 0;
    if (!within) return damaged("an extent lies outside the file", head.extents_offset);
  }
  uint64_t seq = 0;
  for (const Checkpoint& point : checkpoints()) {
    if (point.thread >= head.threads || point.seq < seq || point.seq >= head.ops)
      return damaged("a checkpoint is not sound", head.checkpoints_offset);
    seq = point.seq + 1;
  }
  return {};
}

}  // namespace heapreel::plan
