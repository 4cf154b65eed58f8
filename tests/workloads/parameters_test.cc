// What workloads can be told, and every way to tell it wrongly.
#include "tools/workloads/parameters.h"

#include <array>
#include <gtest/gtest.h>

#include "tools/workloads/workload.h"

namespace heapreel::tests {
namespace {

using namespace workloads;  // NOLINT: the words of these tests

constexpr std::array<ParameterSpec, 5> kSpecs{
    {{.name = "keys", .default_value = "10k", .help = "", .least = 1, .most = 1e6},
     {.name = "value", .kind = ParameterKind::kSize, .default_value = "4K", .help = "", .least = 1, .most = 1U << 20},
     {.name = "wait", .kind = ParameterKind::kDuration, .default_value = "2ms", .help = "", .least = 1, .most = 1e12},
     {.name = "reads", .kind = ParameterKind::kShare, .default_value = "60%", .help = "", .least = 0, .most = 1},
     {.name = "skew", .kind = ParameterKind::kNumber, .default_value = "0.99", .help = "", .least = 0.01, .most = 10}}};

base::Error error_of(std::string_view assignment) {
  Parameters parameters(kSpecs);
  const auto status = parameters.set("store", assignment);
  EXPECT_FALSE(status) << assignment;
  return status ? base::Error{} : status.error();
}

TEST(ParametersTest, HaveTheirDefaults) {
  const Parameters parameters(kSpecs);
  EXPECT_EQ(parameters.count("keys"), 10'000U);
  EXPECT_EQ(parameters.count("value"), 4096U);
  EXPECT_EQ(parameters.count("wait"), 2'000'000U);
  EXPECT_DOUBLE_EQ(parameters.number("reads"), 0.6);
  EXPECT_DOUBLE_EQ(parameters.number("skew"), 0.99);
  EXPECT_TRUE(parameters.assignments().empty());
}

TEST(ParametersTest, TakeWhatTheyAreTold) {
  Parameters parameters(kSpecs);
  for (const char* each : {"keys=1M", "value=64K", "wait=1.5s", "reads=0.25", "skew=2", "keys=7"})
    EXPECT_TRUE(parameters.set("store", each)) << each;
  EXPECT_EQ(parameters.count("keys"), 7U) << "the last one counts";
  EXPECT_EQ(parameters.count("value"), 65'536U);
  EXPECT_EQ(parameters.count("wait"), 1'500'000'000U);
  EXPECT_DOUBLE_EQ(parameters.number("reads"), 0.25);
  EXPECT_DOUBLE_EQ(parameters.number("skew"), 2);
  EXPECT_EQ(parameters.assignments(),
            (std::vector<std::string>{"keys=7", "reads=0.25", "skew=2", "value=64K", "wait=1.5s"}));
}

TEST(ParametersTest, BoundsBelongToThem) {
  Parameters parameters(kSpecs);
  for (const char* each : {"keys=1", "keys=1M", "reads=0", "reads=100%", "skew=0.01"})
    EXPECT_TRUE(parameters.set("store", each)) << each;
  for (const char* each : {"keys=0", "keys=1000001", "reads=101%", "reads=-0.1", "skew=0", "wait=0"}) {
    const base::Error error = error_of(each);
    EXPECT_EQ(error.code, base::ErrorCode::kUsage);
    EXPECT_NE(error.why.find(" to "), std::string::npos) << each << ": " << error.why;
  }
  EXPECT_EQ(error_of("value=2M").why, "expected 1 B to 1.00 MiB");
}

TEST(ParametersTest, ValuesThatAreNone) {
  struct Case {
    const char* assignment;
    const char* why;
  };
  const Case cases[] = {{"keys=", "expected a count, as 1000 or 10k"},
                        {"keys=many", "expected a count, as 1000 or 10k"},
                        {"keys=-5", "expected a count, as 1000 or 10k"},
                        {"value=4 Q", "expected a size, as 4096 or 64K"},
                        {"wait=2 weeks", "expected a time, as 200us or 1.5s"},
                        {"reads=half", "expected a share, as 0.25 or 25%"},
                        {"reads=nan", "expected a share, as 0.25 or 25%"},
                        {"reads=%", "expected a share, as 0.25 or 25%"},
                        {"skew=50%", "expected a number"},
                        {"skew=inf", "expected a number"},
                        {"skew=1=2", "expected a number"}};
  for (const Case& each : cases) EXPECT_EQ(error_of(each.assignment).why, each.why) << each.assignment;
}

TEST(ParametersTest, NamesThatAreNone) {
  EXPECT_EQ(error_of("kezs=5").hint, "did you mean 'keys'? store has: keys, value, wait, reads, skew");
  EXPECT_EQ(error_of("elephants=5").hint, "store has: keys, value, wait, reads, skew");
  EXPECT_EQ(error_of("keys").why, "expected NAME=VALUE");
  EXPECT_EQ(error_of("=5").why, "expected NAME=VALUE");
  EXPECT_EQ(error_of("").why, "expected NAME=VALUE");
  Parameters none({});
  EXPECT_EQ(none.set("store", "keys=5").error().hint, "store has no parameters");
}

TEST(ParametersDeathTest, AWorkloadThatAsksForWhatItLacksIsWrong) {
  const Parameters parameters(kSpecs);
  EXPECT_DEATH(parameters.number("elephants"), "no parameter is named 'elephants'");
  static constexpr std::array<ParameterSpec, 1> kWrong{
      {{.name = "keys", .default_value = "0", .help = "", .least = 1}}};
  EXPECT_DEATH(Parameters{kWrong}, "the default of parameter 'keys' is none");
}

TEST(ParametersTest, ScaledCountsAreNeverNone) {
  Setting setting{.parameters = Parameters(kSpecs)};
  setting.scale = 0.5;
  EXPECT_EQ(setting.scaled("keys"), 5000U);
  setting.scale = 1e-9;
  EXPECT_EQ(setting.scaled("keys"), 1U);
}

TEST(FindWorkloadTest, NamesAndArguments) {
  EXPECT_TRUE(find_workload("kv-store"));
  EXPECT_TRUE(find_workload("fleet:some/file.csv"));
  const auto hint_of = [](const char* name) { return find_workload(name).error().hint; };
  EXPECT_EQ(hint_of("kvstore"), "did you mean 'kv-store'? 'heapreel generate --list' names them all");
  EXPECT_TRUE(hint_of("order_book").starts_with("did you mean 'order-book'?"));
  EXPECT_EQ(hint_of("nothing like it"), "'heapreel generate --list' names them all");
  EXPECT_EQ(hint_of("fleet"), "write fleet:PROFILE");
  EXPECT_EQ(hint_of("fleet:"), "write fleet:PROFILE");
  EXPECT_EQ(find_workload("small:x").error().why, "small takes nothing behind a colon");
}

}  // namespace
}  // namespace heapreel::tests
