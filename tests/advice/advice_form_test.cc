// Advice as text and as JSON: nothing wider than the page, nothing that steers a terminal, every figure there.
#include <gtest/gtest.h>
#include <sstream>

#include "tools/advice/advice.h"

namespace heapreel::advice {
namespace {

Finding a_finding() {
  return {.id = "held-after-peak",
          .severity = Severity::kAct,
          .title = "glibc holds 26.0 MiB that the program no longer uses, for as long as it was recorded",
          .evidence = {{"glibc: held after the peak, mean", 27'262'976, "bytes"},
                       {"a name that is far too long to stand in one line of the narrowest terminal", 0.25, "share"}},
          .threshold = "16 MiB",
          .meaning = "What an allocator keeps comes back late.",
          .action = "Measure `heapreel replay --set glibc:X=1 a.reel`.",
          .allocators = {"glibc"}};
}

TEST(AdviceText, FitsEveryWidth) {
  for (const size_t width : {40, 60, 80, 100}) {
    std::istringstream text(advice_text({a_finding(), a_finding()}, width, false));
    for (std::string line; std::getline(text, line);) EXPECT_LE(line.size(), width) << line;
  }
}

TEST(AdviceText, ShowsSeverityFiguresAndAction) {
  const std::string text = advice_text({a_finding()}, 80, true);
  EXPECT_EQ(text.rfind("ACT", 0), 0U);
  EXPECT_NE(text.find("26.0 MiB  glibc: held after the peak"), std::string::npos) << text;
  EXPECT_NE(text.find("25 %"), std::string::npos);
  EXPECT_NE(text.find("Told from: 16 MiB."), std::string::npos);
  EXPECT_NE(text.find("What to do: Measure"), std::string::npos);
}

TEST(AdviceText, NothingIsSaidInWords) {
  EXPECT_NE(advice_text({}, 80, true).find("Nothing stands out"), std::string::npos);
}

TEST(AdviceText, NamesCannotSteerTheTerminal) {
  Finding finding = a_finding();
  finding.title = "\033[31mred";
  finding.evidence[0].name = "a\033b";
  finding.action = "\007";
  for (const char letter : advice_text({finding}, 80, true)) EXPECT_TRUE(letter == '\n' || letter >= ' ');
}

TEST(AdviceJson, HoldsAllOfIt) {
  Finding finding = a_finding();
  finding.evidence.resize(1);
  EXPECT_EQ(advice_json({}), "[]");
  EXPECT_EQ(advice_json({finding}),
            R"([{"id":"held-after-peak","severity":"act","title":"glibc holds 26.0 MiB that the program no longer )"
            R"(uses, for as long as it was recorded","evidence":[{"name":"glibc: held after the peak, mean",)"
            R"("value":27262976.0,"unit":"bytes"}],"threshold":"16 MiB","meaning":"What an allocator keeps comes back )"
            R"(late.","action":"Measure `heapreel replay --set glibc:X=1 a.reel`.","allocators":["glibc"]}])");
}

}  // namespace
}  // namespace heapreel::advice
