// Histories whose truth is known, recorded by clocks that disagree by up to a microsecond: the resolver finds out who
// was who in every event.
#include <gtest/gtest.h>
#include <map>

#include "tests/trace_format/reels.h"
#include "tests/trace_format/true_history.h"

namespace heapreel::reel {
namespace {

using namespace tests;  // NOLINT: the words of these tests

// Each thread's events as positions in a list.
std::map<uint32_t, std::vector<size_t>> by_thread(const std::vector<Event>& events) {
  std::map<uint32_t, std::vector<size_t>> lists;
  for (size_t i = 0; i < events.size(); ++i) lists[events[i].thread].push_back(i);
  return lists;
}

// Where the resolved events tell another story than the truth; empty if nowhere. A thread's k-th event is its k-th
// event in both; identities must match one to one.
std::string difference(const TrueHistory& truth, const std::vector<Event>& resolved) {
  if (resolved.size() != truth.capture.size()) return "events were added or lost";
  std::map<uint64_t, uint64_t> number_of;
  std::map<uint64_t, uint64_t> identity_of;
  const auto agree = [&](uint64_t identity, uint64_t number) {
    return number_of.try_emplace(identity, number).first->second == number &&
           identity_of.try_emplace(number, identity).first->second == identity;
  };
  const auto recorded = by_thread(truth.capture);
  for (const auto& [thread, positions] : by_thread(resolved)) {
    const auto& true_positions = recorded.at(thread);
    if (true_positions.size() != positions.size()) return "thread " + std::to_string(thread);
    for (size_t i = 0; i < positions.size(); ++i) {
      const Event& event = resolved[positions[i]];
      const size_t at = true_positions[i];
      const bool same = event.op == truth.capture[at].op && event.size == truth.capture[at].size &&
                        (event.flags & (kUnknown | kImplied)) == 0 && agree(truth.born[at], event.object) &&
                        agree(truth.taken[at], event.old_object);
      if (!same) return "thread " + std::to_string(thread) + ", its event " + std::to_string(i);
    }
  }
  return {};
}

Reading resolve(const TrueHistory& history, unsigned threads) {
  const TemporaryFolder folder;
  const std::string path = folder.file("capture.reel");
  write_capture(path, history.capture, {.level = kUncompressed, .block_events = 100});
  return read_events(path, threads);
}

TEST(ResolverTruth, IdentitiesComeOutAsTheyWere) {
  uint64_t inversions = 0;
  for (uint64_t seed = 0; seed < 60; ++seed) {
    const HistoryOptions options{.threads = 2 + static_cast<uint32_t>(seed * 7 % 40), .skew_ticks_max = seed % 4 * 333};
    const TrueHistory truth = HistoryMaker(seed, options).make();
    const Reading reading = resolve(truth, static_cast<unsigned>(seed % 3));
    EXPECT_EQ(difference(truth, reading.events), "") << "seed " << seed;
    inversions += reading.notes.inversions_repaired;
    for (size_t i = 1; i < reading.events.size(); ++i) ASSERT_LE(reading.events[i - 1].time, reading.events[i].time);
  }
  EXPECT_GT(inversions, 1000U) << "the control: the clocks did disagree";
}

TEST(ResolverTruth, WorkersChangeNothing) {
  const TrueHistory truth = HistoryMaker(99, {.threads = 16, .skew_ticks_max = 1000, .events = 20'000}).make();
  const Reading alone = resolve(truth, 0);
  EXPECT_EQ(difference(truth, alone.events), "");
  for (const unsigned threads : {1U, 4U}) EXPECT_EQ(resolve(truth, threads).events, alone.events);
}

TEST(ResolverTruth, AThousandThreads) {
  const TrueHistory truth = HistoryMaker(7, {.threads = 1000, .skew_ticks_max = 1000, .events = 30'000}).make();
  EXPECT_EQ(difference(truth, resolve(truth, 1).events), "");
}

TEST(ResolverTruth, NothingNeedsRepairWhenTheClocksAgree) {
  const TrueHistory truth = HistoryMaker(5, {.threads = 8, .skew_ticks_max = 0}).make();
  EXPECT_EQ(resolve(truth, 0).notes.inversions_repaired, 0U);
}

// The control of the comparison: two objects mixed up, or two events of a thread swapped, are seen.
TEST(ResolverTruth, AWrongIdentityIsFound) {
  const TrueHistory truth = HistoryMaker(3, {}).make();
  std::vector<Event> events = resolve(truth, 0).events;
  ASSERT_EQ(difference(truth, events), "");
  const auto a_free =
      std::find_if(events.begin(), events.end(), [](const Event& event) { return event.op == Op::kFree; });
  std::swap(a_free->object, std::next(a_free, 100)->object);
  EXPECT_NE(difference(truth, events), "");
  events.pop_back();
  EXPECT_EQ(difference(truth, events), "events were added or lost");
}

}  // namespace
}  // namespace heapreel::reel
