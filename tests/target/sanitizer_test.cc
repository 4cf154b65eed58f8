// Sanitizers, tried with the real compilers: the verdict says what the counting library then sees.
#include "tests/target/programs.h"

namespace heapreel::target::tests {
namespace {

std::string settings_of(const Verdict& verdict) {
  std::string text;
  for (const std::string& entry : with_additions({}, verdict)) text += entry + " ";
  return text;
}

// Built with gcc: the runtime is a library, unless -static-lib...san.
struct Case {
  std::string flags;
  std::string name;
};

class GccSanitizerTest : public ::testing::TestWithParam<Case> {};

TEST_P(GccSanitizerTest, CallsAreSeenWithTheSettingsOfTheVerdict) {
  const Folder folder;
  const std::string program =
      build(fmt::format("{} -O0 {} {}", HEAPREEL_GXX, GetParam().flags, source("churn.cc")), folder / "churn");
  const Inspection seen = inspected({program});
  EXPECT_EQ(seen.sanitizer(), GetParam().name);
  EXPECT_TRUE(seen.sanitizer_is_shared());
  const Verdict verdict = judge(seen);
  EXPECT_EQ(worst(verdict.findings), Level::kWarn) << text_of(verdict.findings);
  const Seen truth = seen_by(counter(folder), program, settings_of(verdict));
  EXPECT_EQ(truth.done.status, 0) << truth.done.output;
  EXPECT_GE(truth.mallocs, 1000) << truth.done.output;
  EXPECT_GE(truth.news, 1000) << truth.done.output;
}

// The control, and the reason why the shim stands first: behind the runtime it sees nothing.
TEST_P(GccSanitizerTest, BehindTheRuntimeNothingIsSeen) {
  const Folder folder;
  const std::string program =
      build(fmt::format("{} -O0 {} {}", HEAPREEL_GXX, GetParam().flags, source("churn.cc")), folder / "churn");
  const std::string library = inspected({program}).elf.needed.front();
  const Seen truth = seen_by(library + " " + counter(folder), program);
  EXPECT_TRUE(truth.spoke) << truth.done.output;
  EXPECT_LT(truth.mallocs + truth.news, 100) << truth.done.output;
}

INSTANTIATE_TEST_SUITE_P(Gcc, GccSanitizerTest,
                         ::testing::Values(Case{"-fsanitize=address", "AddressSanitizer"},
                                           Case{"-fsanitize=thread", "ThreadSanitizer"},
                                           Case{"-fsanitize=leak", "LeakSanitizer"}),
                         [](const auto& one) { return one.param.name; });

// The control: without its setting, AddressSanitizer does not start. Were it to, the setting would be needless.
TEST(SanitizerTest, AddressSanitizerRefusesToComeSecond) {
  const Folder folder;
  const std::string program =
      build(fmt::format("{} -O0 -fsanitize=address {}", HEAPREEL_GXX, source("churn.cc")), folder / "churn");
  const Seen truth = seen_by(counter(folder), program);
  EXPECT_NE(truth.done.status, 0);
  EXPECT_NE(truth.done.output.find("runtime does not come first"), std::string::npos) << truth.done.output;
}

void expect_nothing_seen(const std::string& command, const std::string& sanitizer) {
  const Folder folder;
  const std::string program = build(command, folder / "churn");
  const Inspection seen = inspected({program});
  EXPECT_EQ(seen.sanitizer(), sanitizer);
  EXPECT_FALSE(seen.sanitizer_is_shared());
  const Findings findings = judge(seen).findings;
  EXPECT_NE(text_of(findings).find("no call will be seen"), std::string::npos) << text_of(findings);
  EXPECT_EQ(worst(findings), Level::kWarn);
  const Seen truth = seen_by(counter(folder), program);
  EXPECT_EQ(truth.mallocs + truth.news, 0) << truth.done.output;
}

TEST(SanitizerTest, StaticRuntimeOfGccSeesAll) {
  expect_nothing_seen(fmt::format("{} -fsanitize=address -static-libasan {}", HEAPREEL_GXX, source("churn.cc")),
                      "AddressSanitizer");
  expect_nothing_seen(fmt::format("{} -fsanitize=thread -static-libtsan {}", HEAPREEL_GXX, source("churn.cc")),
                      "ThreadSanitizer");
}

TEST(SanitizerTest, RuntimesOfClangSeeAll) {
  if (!has_tool("clang++")) GTEST_SKIP() << "there is no clang++ here";
  for (const auto& [flag, name] :
       {std::pair{"address", "AddressSanitizer"}, {"thread", "ThreadSanitizer"}, {"memory", "MemorySanitizer"}})
    expect_nothing_seen(fmt::format("clang++ -fsanitize={} {}", flag, source("churn.cc")), name);
}

TEST(SanitizerTest, UndefinedBehaviourSanitizerIsNoObstacle) {
  const Folder folder;
  const std::string program =
      build(fmt::format("{} -fsanitize=undefined {}", HEAPREEL_GXX, source("churn.cc")), folder / "churn");
  EXPECT_EQ(inspected({program}).sanitizer(), "");
  EXPECT_EQ(level_of(inspected({program})), Level::kOk);
  EXPECT_GE(seen_by(counter(folder), program).mallocs, 1000);
}

TEST(SanitizerTest, AdditionsKeepWhatTheUserSet) {
  const Verdict verdict{.environment = {{"ASAN_OPTIONS", "verify_asan_link_order=0"}}};
  EXPECT_EQ(with_additions({}, verdict), (Words{"ASAN_OPTIONS=verify_asan_link_order=0"}));
  EXPECT_EQ(with_additions({"A=B", "ASAN_OPTIONS=x=1"}, verdict),
            (Words{"A=B", "ASAN_OPTIONS=x=1:verify_asan_link_order=0"}));
  EXPECT_EQ(with_additions({"ASAN_OPTIONS="}, verdict), (Words{"ASAN_OPTIONS=verify_asan_link_order=0"}));
}

}  // namespace
}  // namespace heapreel::target::tests
