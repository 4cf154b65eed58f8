// Each gate green where it holds, and red by the least that breaks it.
#include "replayer/lab/gates.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/replayer/lab/made_plan.h"

namespace heapreel::lab {
namespace {

TEST(GatesTest, Losses) {
  EXPECT_EQ(losses_gate(0, 1000).state, GateState::kPass);
  EXPECT_EQ(losses_gate(1, 999'999).state, GateState::kWarning);
  EXPECT_EQ(losses_gate(2, 998).state, GateState::kFail);
}

// A board as a faithful verify run leaves it, and the plan's totals.
struct Counts {
  MadePlan plan{{{{.head = {},
                   .ops = {plan::Op{.kind = plan::Kind::kMalloc}, plan::Op{.kind = plan::Kind::kFree},
                           plan::Op{.kind = plan::Kind::kTouch}}}}}};
  BoardMemory board = *BoardMemory::create(plan.ref(), {.pass = measure::Pass::kVerify});
  measure::Board& whole = const_cast<measure::Board&>(board.board());
  measure::ThreadBoard& thread = const_cast<measure::ThreadBoard&>(board.threads()[0]);

  Counts() {
    plan.header().ops_by_kind[1] = whole.counted.calls[1] = 1;
    plan.header().ops_by_kind[32] = whole.counted.calls[32] = 1;
    plan.header().ops_by_kind[60] = 1;  // a touch is no call
    plan.header().bytes_requested = whole.counted.bytes_requested = 48;
    thread.ops_done = 3;
    thread.state = measure::ThreadState::kEnded;
  }
  std::string fault() { return conservation_fault(board, plan.ref()); }
};

TEST(GatesTest, Conservation) {
  EXPECT_EQ(Counts().fault(), "");
  Counts one_free_less;
  --one_free_less.whole.counted.calls[32];
  EXPECT_EQ(one_free_less.fault(), "0 calls of free instead of 1");
  Counts bytes;
  ++bytes.whole.counted.bytes_requested;
  EXPECT_EQ(bytes.fault(), "49 bytes requested instead of 48");
  Counts across;
  across.whole.counted.cross_thread_frees = 1;
  EXPECT_EQ(across.fault(), "1 cross-thread frees instead of 0");
  Counts lazy;
  --lazy.thread.ops_done;
  EXPECT_EQ(lazy.fault(), "thread 0 did 2 of 3 ops");
  Counts running;
  running.thread.state = measure::ThreadState::kRunning;
  EXPECT_EQ(running.fault(), "thread 0 did not end");
  EXPECT_EQ(conservation_gate({{"a", ""}, {"b", ""}}, 7).state, GateState::kPass);
  EXPECT_EQ(conservation_gate({{"a", ""}, {"b", "wrong"}}, 7).state, GateState::kFail);
  EXPECT_EQ(conservation_gate({}, 7).state, GateState::kSkipped);
}

LiveCurves curves(uint64_t peak, double mean, uint64_t swing_bytes = 0) {
  return {.replayed = {.peak_bytes = peak, .mean_bytes = mean},
          .recorded = {.peak_bytes = 100'000, .mean_bytes = 50'000},
          .swing_bytes = swing_bytes};
}

TEST(GatesTest, LiveBytes) {
  EXPECT_EQ(live_gate(std::vector{curves(100'000, 50'000)}).state, GateState::kPass);
  EXPECT_EQ(live_gate(std::vector{curves(100'099, 50'000)}).state, GateState::kPass);
  EXPECT_EQ(live_gate(std::vector{curves(100'000, 50'000), curves(100'200, 50'000)}).state, GateState::kFail);
  EXPECT_EQ(live_gate(std::vector{curves(100'000, 49'900)}).state, GateState::kFail);
  EXPECT_EQ(live_gate({}).state, GateState::kSkipped);
}

TEST(GatesTest, LiveBytesMayDifferByWhatAWindowMoves) {
  EXPECT_EQ(live_gate(std::vector{curves(100'300, 50'000, 400)}).state, GateState::kWarning);
  EXPECT_EQ(live_gate(std::vector{curves(100'500, 50'000, 400)}).state, GateState::kFail);
  EXPECT_EQ(live_gate(std::vector{curves(100'000, 50'190, 400)}).state, GateState::kWarning);
  EXPECT_EQ(live_gate(std::vector{curves(100'000, 50'300, 400)}).state, GateState::kFail);
  EXPECT_EQ(live_gate(std::vector{curves(100'050, 50'000, 400)}).state, GateState::kPass);
}

TEST(GatesTest, Harness) {
  EXPECT_EQ(harness_gate({.threads = 2}).state, GateState::kPass);
  EXPECT_EQ(harness_gate({.null_growth_bytes = 32768, .threads = 2}).state, GateState::kPass);
  EXPECT_EQ(harness_gate({.null_growth_bytes = 32769, .threads = 2}).state, GateState::kFail);
  EXPECT_EQ(harness_gate({.allocations = 1, .threads = 2}).state, GateState::kFail);
}

TEST(GatesTest, Pace) {
  EXPECT_EQ(pace_gate({.due_s = 10, .took_s = 10.1}).state, GateState::kPass);
  EXPECT_EQ(pace_gate({.due_s = 10, .took_s = 11}).state, GateState::kFail);
  EXPECT_EQ(pace_gate({.due_s = 10, .took_s = 10, .late_share = 0.02}).state, GateState::kFail);
}

TEST(GatesTest, Rerecord) {
  EXPECT_EQ(rerecord_gate({.calls = 5}).state, GateState::kPass);
  EXPECT_EQ(rerecord_gate({.calls = 5, .divergence = "thread 1, call 4"}).state, GateState::kFail);
}

TEST(ResultsTest, AFailedGateIsNoPassAndASkippedOneNeither) {
  Results results;
  results.gates = {losses_gate(0, 1), skipped(2, "no recorder")};
  EXPECT_TRUE(results.gates_hold());
  results.gates.push_back(harness_gate({.allocations = 1}));
  EXPECT_FALSE(results.gates_hold());
  const auto json = nlohmann::json::parse(results_json(results));
  EXPECT_EQ(json["schema"], "heapreel.results/1");
  EXPECT_EQ(json["fidelity"]["losses"]["pass"], true);
  EXPECT_TRUE(json["fidelity"]["re-record"]["pass"].is_null());
  EXPECT_EQ(json["fidelity"]["harness"]["pass"], false);
  EXPECT_EQ(json["fidelity_holds"], false);
}

TEST(ResultsTest, AnAllocatorThatFailedHasNoFigures) {
  Results results;
  results.allocators.push_back({.name = "bad", .failure = "crashed", .failed_pass = "verify"});
  EXPECT_TRUE(results.any_failed());
  const auto json = nlohmann::json::parse(results_json(results));
  EXPECT_EQ(json["allocators"][0]["failed"]["what"], "crashed");
  EXPECT_FALSE(json["allocators"][0].contains("ns_per_op"));
}

}  // namespace
}  // namespace heapreel::lab
