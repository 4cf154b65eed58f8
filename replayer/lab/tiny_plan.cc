// Written by hand, as plan_format.h has it.
#include "replayer/lab/tiny_plan.h"

#include <cerrno>
#include <sys/mman.h>
#include <unistd.h>

#include "trace_format/base/hash.h"

namespace heapreel::lab {
namespace {

constexpr uint64_t kBlockBytes = 64;

struct Image {
  plan::PlanHeader header{};
  plan::Stretch stretch{};
  plan::Op ops[2]{};
  plan::ThreadPlan thread{};
  plan::Extent extent{};
};
static_assert(sizeof(Image) == sizeof(plan::PlanHeader) + 48 + 32 + 64 + 16);

void fill_in_totals(plan::PlanHeader& header) {
  header.header_bytes = sizeof(plan::PlanHeader);
  header.file_bytes = sizeof(Image);
  header.slots = 1;
  header.threads_alive_max = 1;
  header.ops = 2;
  header.stretches = 1;
  header.duration_ns = 1;
  header.page_bytes = static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));
  header.ops_by_kind[static_cast<size_t>(plan::Kind::kMalloc)] = 1;
  header.ops_by_kind[static_cast<size_t>(plan::Kind::kFree)] = 1;
  header.bytes_requested = kBlockBytes;
  header.live_peak_bytes = kBlockBytes;
  header.live_peak_objects = 1;
  header.events = 2;
}

Image make_image() {
  Image image;
  image.stretch = {.rise_bytes = kBlockBytes, .ops = 2};
  image.ops[0] = {.size = kBlockBytes, .slot = 0, .turn = 1, .kind = plan::Kind::kMalloc};
  image.ops[1] = {.size = 0, .slot = 0, .turn = 1, .kind = plan::Kind::kFree};
  image.extent = {.offset = offsetof(Image, stretch), .bytes = sizeof image.stretch + sizeof image.ops};
  image.thread = {.extents = 1, .ops = 2, .stretches = 1};
  plan::PlanHeader& header = image.header;
  fill_in_totals(header);
  header.threads_offset = offsetof(Image, thread);
  header.threads = 1;
  header.extents_offset = offsetof(Image, extent);
  header.extents = 1;
  header.checkpoints_offset = sizeof(Image);
  base::Buffer hashed;
  base::append(hashed, base::as_bytes(&header, sizeof header));
  base::append(hashed, base::as_bytes(&image.thread, sizeof image.thread));
  base::append(hashed, base::as_bytes(&image.extent, sizeof image.extent));
  header.hash = base::xxh64(hashed);
  return image;
}

}  // namespace

base::Result<TinyPlan> TinyPlan::create() {
  const Image image = make_image();
  TinyPlan plan;
  plan.fd_ = base::Fd(::memfd_create("heapreel-plan", MFD_CLOEXEC));
  if (!plan.fd_.valid() || ::write(plan.fd_.get(), &image, sizeof image) != static_cast<ssize_t>(sizeof image))
    return base::fail(base::system_error("cannot make a plan in memory", errno));
  plan.header_ = image.header;
  plan.threads_ = {image.thread};
  plan.extents_ = {image.extent};
  return plan;
}

}  // namespace heapreel::lab
