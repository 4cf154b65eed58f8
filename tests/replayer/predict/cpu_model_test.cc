#include "replayer/predict/cpu_model.h"

#include <gtest/gtest.h>

namespace heapreel::predict {
namespace {

constexpr double kMs = 1e6;  // ns

ProgramRecord program_of(uint64_t user_ms, uint64_t system_ms, uint64_t faults) {
  ProgramRecord program;
  program.references = {.runs = 3,
                        .user_ns = static_cast<uint64_t>(kMs) * user_ms,
                        .system_ns = static_cast<uint64_t>(kMs) * system_ms,
                        .minor_faults = faults};
  return program;
}

TEST(cpu_model, adds_faults_by_their_price_to_the_user_time) {
  const ProgramRecord program = program_of(900, 100, 25'000);  // 4 us a fault
  const CpuRun recorded[] = {{.user_ns = 200 * kMs, .minor_faults = 20'000}};
  const CpuRun other[] = {{.user_ns = 150 * kMs, .minor_faults = 30'000}};
  const CpuPrediction prediction = predict_cpu(program, other, recorded, true);
  EXPECT_NEAR(prediction.user_delta_s, -0.050, 1e-9);
  EXPECT_NEAR(prediction.fault_price_ns, 4000, 1e-6);
  EXPECT_NEAR(prediction.delta_s.value, -0.050 + 0.040, 1e-9);
  EXPECT_NEAR(prediction.delta_s.high, -0.050 + 0.050 + 0.040, 1e-9);  // 5 us a fault, 4 points of 1 s
  EXPECT_NEAR(prediction.delta_s.low, -0.050 + 0.020 - 0.060, 1e-9);   // 2 us a fault, and 2.2 times the gain
  EXPECT_NEAR(prediction.program_cpu_s, 1.0, 1e-9);
}

TEST(cpu_model, allows_more_for_several_threads) {
  const ProgramRecord program = program_of(900, 100, 25'000);
  const CpuRun same[] = {{.user_ns = 200 * kMs, .minor_faults = 1000}};
  EXPECT_NEAR(predict_cpu(program, same, same, true).delta_s.high, 0.040, 1e-9);
  EXPECT_NEAR(predict_cpu(program, same, same, false).delta_s.high, 0.100, 1e-9);
  EXPECT_NEAR(predict_cpu(program, same, same, false).delta_s.low, -0.100, 1e-9);
}

// A round in which the machine was busy slows both: differences are of pairs, and their median is taken.
TEST(cpu_model, pairs_the_rounds) {
  const ProgramRecord program = program_of(1000, 0, 0);
  const CpuRun recorded[] = {{.user_ns = 100 * kMs}, {.user_ns = 400 * kMs}, {.user_ns = 110 * kMs}};
  const CpuRun other[] = {{.user_ns = 90 * kMs}, {.user_ns = 388 * kMs}, {.user_ns = 900 * kMs}};
  EXPECT_NEAR(predict_cpu(program, other, recorded, true).user_delta_s, -0.010, 1e-9);
}

TEST(cpu_model, a_price_beyond_what_was_ever_measured_is_other_calls) {
  const CpuRun run[] = {{}};
  EXPECT_EQ(predict_cpu(program_of(1, 1000, 10), run, run, true).fault_price_ns, kFaultPriceHighNs);
  EXPECT_EQ(predict_cpu(program_of(1, 0, 10), run, run, true).fault_price_ns, kFaultPriceLowNs);
  EXPECT_EQ(predict_cpu(ProgramRecord{}, run, run, true).fault_price_ns, 3500);
}

TEST(cpu_model, without_references_the_recorded_run_less_the_recorder_is_the_program) {
  ProgramRecord program;
  program.user_ns = 800;
  program.system_ns = 300;
  program.recorder_ns = 100;
  EXPECT_EQ(program_cpu_ns(program), 1000);
}

}  // namespace
}  // namespace heapreel::predict
