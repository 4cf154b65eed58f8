// The helper thread of read_ahead.h. It runs on a stack of its own in shared memory and allocates nothing.
#include "replayer/runner/read_ahead.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "replayer/engine/trouble.h"

namespace heapreel::runner {
namespace {

constexpr uint64_t kPageBytes = 4096;
constexpr uint64_t kAhead = 4;  // extents of each thread
constexpr uint64_t kStackBytes = 64 * 1024;
constexpr long kRoundNs = 1'000'000;

// How far a thread's extents have been brought in and given back.
struct Reach {
  uint64_t in = 0;   // the first extent not brought in
  uint64_t out = 0;  // the first extent not given back
};

struct Reader {
  engine::Engine* engine;
  int fd;
  Reach* reach;
};
Reader the_reader{};

bool fits_in_memory(const engine::Engine& engine) {
  const auto memory = static_cast<uint64_t>(sysconf(_SC_PHYS_PAGES)) * kPageBytes;
  const uint64_t told = engine.board->orders.plan_resident_bytes;
  return engine.plan->file_bytes <= (told != 0 ? told : std::min<uint64_t>(memory / 8, uint64_t{1} << 30));
}

// The whole pages within an extent: its neighbours on the edges may belong to another thread.
void advise(const engine::Engine& engine, const plan::Extent& extent, int advice) {
  const uint64_t from = (extent.offset + kPageBytes - 1) / kPageBytes * kPageBytes;
  const uint64_t to = (extent.offset + extent.bytes) / kPageBytes * kPageBytes;
  if (from < to) madvise(const_cast<uint8_t*>(engine.plan_bytes) + from, to - from, advice);
}

void bring_in(const engine::Engine& engine, const plan::Extent& extent) {
  const uint64_t from = extent.offset / kPageBytes * kPageBytes;
  const uint64_t bytes = extent.offset + extent.bytes - from;
  if (madvise(const_cast<uint8_t*>(engine.plan_bytes) + from, bytes, MADV_POPULATE_READ) == 0) return;
  // Linux before 5.14: read a byte a page.
  for (uint64_t at = 0; at < bytes; at += kPageBytes)
    (void)*static_cast<const volatile uint8_t*>(engine.plan_bytes + from + at);
}

void move_reach(const Reader& reader, uint32_t index) {
  const engine::Engine& engine = *reader.engine;
  const plan::ThreadPlan& plan = engine.thread_plans[index];
  Reach& reach = reader.reach[index];
  const uint64_t at = engine.threads[index].extent.load(std::memory_order_relaxed);
  const uint64_t first = std::max(at, plan.first_extent);
  const uint64_t last = plan.first_extent + plan.extents;
  const bool ended = engine.boards[index].state.load(std::memory_order_relaxed) == measure::ThreadState::kEnded;
  reach.in = std::max(reach.in, first);
  for (; reach.in < std::min(first + kAhead, last); ++reach.in) bring_in(engine, engine.extents[reach.in]);
  reach.out = std::max(reach.out, plan.first_extent);
  for (; reach.out < (ended ? last : first); ++reach.out) {
    const plan::Extent& extent = engine.extents[reach.out];
    advise(engine, extent, MADV_DONTNEED);
    posix_fadvise(reader.fd, static_cast<off_t>(extent.offset), static_cast<off_t>(extent.bytes), POSIX_FADV_DONTNEED);
  }
}

// Threads that will start soon are read ahead, too: they are all looked at, in turn.
void* read_ahead(void*) {
  for (;;) {
    for (uint32_t i = 0; i < the_reader.engine->plan->threads; ++i) move_reach(the_reader, i);
    const timespec nap{.tv_sec = 0, .tv_nsec = kRoundNs};
    syscall(SYS_nanosleep, &nap, nullptr);
  }
  return nullptr;
}

uint8_t* shared_memory(measure::Board& board, uint64_t bytes) {
  void* const mapped = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) engine::stop_for_system(board, "no memory to read the plan ahead", errno);
  return static_cast<uint8_t*>(mapped);
}

}  // namespace

void start_reading_ahead(int plan_fd, engine::Engine& engine) {
  const plan::PlanHeader& plan = *engine.plan;
  if (fits_in_memory(engine)) {
    bring_in(engine, {.offset = 0, .bytes = plan.file_bytes});
    return;
  }
  madvise(const_cast<uint8_t*>(engine.plan_bytes), plan.file_bytes, MADV_RANDOM);  // we know better
  auto* const reach = reinterpret_cast<Reach*>(shared_memory(*engine.board, plan.threads * sizeof(Reach)));
  the_reader = {.engine = &engine, .fd = plan_fd, .reach = reach};
  for (uint32_t i = 0; i < plan.threads; ++i) move_reach(the_reader, i);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstack(&attributes, shared_memory(*engine.board, kStackBytes), kStackBytes);
  pthread_t handle{};
  const int error = pthread_create(&handle, &attributes, read_ahead, nullptr);
  pthread_attr_destroy(&attributes);
  if (error != 0) engine::stop_for_system(*engine.board, "cannot start a thread", error);
}

}  // namespace heapreel::runner
