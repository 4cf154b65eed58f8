// A plan that was cut, changed or made up gives an error, never a crash; check() sees what opening does not look at.
#include <fcntl.h>
#include <functional>
#include <gtest/gtest.h>

#include "replayer/plan/planner.h"
#include "tests/replayer/plan/reference_plan.h"
#include "tests/trace_format/memory_file.h"
#include "tests/trace_format/true_history.h"

namespace heapreel::plan {
namespace {

using namespace heapreel::tests;  // NOLINT: the words of these tests
using namespace plan::tests;      // NOLINT

// The bytes of a small plan.
base::Buffer some_plan() {
  const TemporaryFolder folder;
  write_capture(folder.file("a.reel"), HistoryMaker(2, {.threads = 3, .events = 600}).make().capture);
  (void)plan_of(folder.file("a.reel"), folder.file("a.plan"));
  return read_bytes(folder.file("a.plan"));
}

PlanHeader& header_of(base::Buffer& plan) { return *reinterpret_cast<PlanHeader*>(plan.data()); }
template <class T>
T& at(base::Buffer& plan, uint64_t offset) {
  return *reinterpret_cast<T*>(plan.data() + offset);
}

// As somebody would who means harm: the hash holds again.
void rehash(base::Buffer& plan) {
  PlanHeader& header = header_of(plan);
  const uint64_t tables = std::min<uint64_t>(header.threads_offset, plan.size());
  header.hash = plan_hash(header, base::Bytes(plan).subspan(tables));
}

enum class Verdict { kRefused, kUnsound, kSound };

Verdict judge(const base::Buffer& bytes) {
  const MemoryFile file(bytes);
  const auto plan = PlanFile::open(file.path());
  if (!plan) return Verdict::kRefused;
  return plan->check() ? Verdict::kSound : Verdict::kUnsound;
}

TEST(PlanFile, ASoundPlanIsSound) { EXPECT_EQ(judge(some_plan()), Verdict::kSound); }

TEST(PlanFile, AnythingShorterIsRefused) {
  const base::Buffer plan = some_plan();
  for (size_t bytes = 0; bytes < plan.size(); bytes += 1 + bytes / 50)
    EXPECT_EQ(judge({plan.begin(), plan.begin() + static_cast<ptrdiff_t>(bytes)}), Verdict::kRefused) << bytes;
}

TEST(PlanFile, EveryFlippedBitOfHeaderAndTablesIsSeen) {
  base::Buffer plan = some_plan();
  const uint64_t tables = header_of(plan).threads_offset;
  Random random(1);
  for (size_t i = 0; i < plan.size(); ++i) {
    if (i >= sizeof(PlanHeader) && i < tables) continue;
    const auto bit = static_cast<uint8_t>(1U << random.below(8));
    plan[i] ^= bit;
    EXPECT_EQ(judge(plan), Verdict::kRefused) << i;
    plan[i] ^= bit;
  }
}

TEST(PlanFile, RandomDamageNeverCrashesTheWalk) {
  const base::Buffer plan = some_plan();
  Random random(2);
  int seen = 0;
  for (int i = 0; i < 3000; ++i) {
    base::Buffer damaged = plan;
    for (uint64_t n = 1 + random.below(4); n > 0; --n)
      at<uint8_t>(damaged, random.below(damaged.size())) = static_cast<uint8_t>(random.next());
    if (random.one_in(2)) rehash(damaged);
    seen += judge(damaged) != Verdict::kSound ? 1 : 0;
  }
  EXPECT_GT(seen, 1000);
}

struct Fault {
  const char* what;
  std::function<void(base::Buffer&)> make;
  Verdict verdict;
};

uint64_t first_stretch(base::Buffer& plan) { return at<Extent>(plan, header_of(plan).extents_offset).offset; }

TEST(PlanFile, FaultsByName) {
  const std::vector<Fault> faults = {
      {"another magic", [](auto& p) { header_of(p).magic += 1; }, Verdict::kRefused},
      {"a newer version", [](auto& p) { header_of(p).version += 1; }, Verdict::kRefused},
      {"another length", [](auto& p) { header_of(p).file_bytes += 8; }, Verdict::kRefused},
      {"tables far away", [](auto& p) { header_of(p).threads_offset = ~uint64_t{7}; }, Verdict::kRefused},
      {"too many extents", [](auto& p) { header_of(p).extents = ~uint64_t{0} / 16; }, Verdict::kRefused},
      {"a lone extent", [](auto& p) { at<ThreadPlan>(p, header_of(p).threads_offset).extents -= 1; },
       Verdict::kRefused},
      {"a later creator", [](auto& p) { at<ThreadPlan>(p, header_of(p).threads_offset + 64).creator = 2; },
       Verdict::kRefused},
      {"an extent in the tables",
       [](auto& p) { at<Extent>(p, header_of(p).extents_offset).bytes = header_of(p).file_bytes / 16 * 16; },
       Verdict::kRefused},
      {"an extent that wraps", [](auto& p) { at<Extent>(p, header_of(p).extents_offset).offset = ~uint64_t{15}; },
       Verdict::kRefused},
      {"a checkpoint of nobody", [](auto& p) { at<Checkpoint>(p, header_of(p).checkpoints_offset).thread = 99; },
       Verdict::kRefused},
      {"an empty stretch", [](auto& p) { at<Stretch>(p, first_stretch(p)).ops = 0; }, Verdict::kUnsound},
      {"a giant stretch", [](auto& p) { at<Stretch>(p, first_stretch(p)).ops = ~uint32_t{0}; }, Verdict::kUnsound},
      {"a wrong checkpoint", [](auto& p) { at<Stretch>(p, first_stretch(p)).checkpoint = 2; }, Verdict::kUnsound},
      {"a wrong next thread", [](auto& p) { at<Stretch>(p, first_stretch(p)).next_thread = 99; }, Verdict::kUnsound},
      {"an unknown kind", [](auto& p) { at<Op>(p, first_stretch(p) + sizeof(Stretch)).kind = Kind{22}; },
       Verdict::kUnsound},
      {"another kind", [](auto& p) { at<Op>(p, first_stretch(p) + sizeof(Stretch)).kind = Kind::kValloc; },
       Verdict::kUnsound},
      {"no such slot", [](auto& p) { at<Op>(p, first_stretch(p) + sizeof(Stretch)).slot = ~uint32_t{0}; },
       Verdict::kUnsound}};
  const base::Buffer plan = some_plan();
  for (const Fault& fault : faults) {
    base::Buffer broken = plan;
    fault.make(broken);
    rehash(broken);
    EXPECT_EQ(judge(broken), fault.verdict) << fault.what;
  }
}

TEST(PlanFile, SaysWhatToDo) {
  const TemporaryFolder folder;
  write_bytes(folder.file("a.plan"), base::Buffer(4096, 7));
  const auto plan = PlanFile::open(folder.file("a.plan"));
  ASSERT_FALSE(plan.has_value());
  EXPECT_EQ(plan.error().why, "it is not a plan");
  EXPECT_FALSE(plan.error().hint.empty());
  EXPECT_FALSE(PlanFile::open(folder.file("none.plan")).has_value());
}

TEST(PlanWriter, AFullDiskIsAnError) {
  const TemporaryFolder folder;
  write_capture(folder.file("a.reel"), HistoryMaker(2, {.threads = 3, .events = 600}).make().capture);
  const auto file = reel::ReelFile::open(folder.file("a.reel"));
  const auto metadata = reel::read_metadata(*file);
  base::WorkerPool pool(0);
  const base::Fd full(::open("/dev/full", O_RDWR | O_CLOEXEC));
  const auto report = write_plan(*file, *metadata, pool, {}, full, "/dev/full");
  ASSERT_FALSE(report.has_value());
  EXPECT_EQ(report.error().sys_errno, ENOSPC);
}

TEST(PlanWriter, TenThousandShortThreadsStaySmall) {
  const TemporaryFolder folder;
  std::vector<Event> events;
  for (uint32_t thread = 0; thread < 10'000; ++thread) {
    const uint64_t now = 1000 * thread;
    events.push_back(note_of(now, thread, reel::Op::kThreadStart, thread == 0 ? 0 : 1));
    events.push_back(malloc_of(now + 1, thread, 100, 0x1000));
    events.push_back(free_of(now + 2, thread, 0x1000));
    if (thread != 0) events.push_back(note_of(now + 3, thread, reel::Op::kThreadEnd));
  }
  write_capture(folder.file("a.reel"), events);
  const PlanFile plan = plan_of(folder.file("a.reel"), folder.file("a.plan"));
  EXPECT_EQ(plan.threads().size(), 10'000U);
  EXPECT_EQ(plan.header().threads_alive_max, 2U);
  EXPECT_LT(plan.header().file_bytes, 4U << 20);
}

}  // namespace
}  // namespace heapreel::plan
