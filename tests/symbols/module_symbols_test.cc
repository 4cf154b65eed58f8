// Where symbols come from, and when they must not be used.
#include "tools/symbols/module_symbols.h"

#include <algorithm>
#include <fstream>
#include <gtest/gtest.h>
#include <random>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/symbols/compiled.h"
#include "tools/symbols/demangle.h"
#include "tools/symbols/symbolizer.h"

namespace heapreel::symbols {
namespace {

// The offset of the return address of a call that stands `into` bytes into a function.
uint64_t offset_in(const std::string& path, const std::string& function, uint64_t into = 4) {
  const auto file = ElfFile::open(path);
  for (const FunctionSymbol& symbol : file->functions())
    if (demangle(symbol.name).starts_with(function)) return symbol.address + into + 1 - file->first_address();
  ADD_FAILURE() << "no " << function << " in " << path;
  return 1;
}

// One program in all the shapes files have on machines that run them.
class ModuleSymbolsTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(shop_.compile("inlines.cc", "-O2 -g -rdynamic -Wl,--build-id=sha1", "program"));
    build_id_ = ElfFile::open(program())->build_id();
    ASSERT_EQ(build_id_.size(), 40U);
    offset_ = offset_in(program(), "plain_c_function");
    hidden_ = offset_in(program(), "app::Counter::count(long)");
    const std::string folder = "debug/.build-id/" + build_id_.substr(0, 2);
    ASSERT_TRUE(shop_.run("mkdir -p " + folder + " && objcopy --only-keep-debug program " + folder + "/" +
                          build_id_.substr(2) + ".debug && strip -o stripped program"));
  }
  std::string program() const { return shop_.path("program"); }
  std::string stripped() const { return shop_.path("stripped"); }
  std::vector<std::string> debug_folders() const { return {shop_.path("debug")}; }

  Workshop shop_;
  std::string build_id_;
  uint64_t offset_ = 0;
  uint64_t hidden_ = 0;
};

TEST_F(ModuleSymbolsTest, ReadsTheProgramItself) {
  ModuleSymbols symbols(program(), build_id_, {});
  const auto frames = symbols.frames(offset_);
  ASSERT_EQ(frames.size(), 2U);
  EXPECT_EQ(frames[0].function, "app::innermost(int)");
  EXPECT_TRUE(frames[0].inlined);
  EXPECT_EQ(frames[1].function, "plain_c_function");
  EXPECT_FALSE(frames[1].inlined);
  EXPECT_TRUE(frames[1].file.ends_with("/inlines.cc")) << frames[1].file;
  EXPECT_EQ(symbols.problem(), "");
}

TEST_F(ModuleSymbolsTest, TakesADebugFileByItsBuildId) {
  ModuleSymbols whole(program(), build_id_, {});
  ModuleSymbols split(stripped(), build_id_, debug_folders());
  for (const uint64_t offset : {offset_, hidden_}) {
    EXPECT_GT(whole.frames(offset).size(), 1U);
    EXPECT_EQ(split.frames(offset), whole.frames(offset));
  }
}

TEST_F(ModuleSymbolsTest, ADebugFileAloneWillDo) {
  ModuleSymbols whole(program(), build_id_, {});
  ModuleSymbols alone("/nonexistent/program", build_id_, debug_folders());
  EXPECT_EQ(alone.frames(hidden_), whole.frames(hidden_));
  EXPECT_EQ(alone.problem(), "");
}

TEST_F(ModuleSymbolsTest, AStrippedFileStillHasItsDynamicSymbols) {
  ModuleSymbols symbols(stripped(), build_id_, {});
  const auto frames = symbols.frames(offset_);
  ASSERT_EQ(frames.size(), 1U);
  SourceFrame expected;
  expected.function = "plain_c_function";
  EXPECT_EQ(frames[0], expected);
}

TEST_F(ModuleSymbolsTest, NeverUsesAFileOfAnotherBuild) {
  std::string other = build_id_;
  other[0] = other[0] == '0' ? '1' : '0';
  ModuleSymbols symbols(program(), other, debug_folders());
  EXPECT_TRUE(symbols.frames(offset_).empty());
  EXPECT_NE(symbols.problem().find(program() + " is not the file that was recorded"), std::string::npos);
  EXPECT_NE(symbols.problem().find(build_id_), std::string::npos);
}

TEST_F(ModuleSymbolsTest, NeverUsesADebugFileOfAnotherBuild) {
  const std::string folder = shop_.path("debug/.build-id/");
  const std::string other = "ab" + std::string(38, 'c');
  ASSERT_TRUE(shop_.run("mkdir -p debug/.build-id/ab && cp debug/.build-id/" + build_id_.substr(0, 2) +
                        "/*.debug debug/.build-id/ab/" + other.substr(2) + ".debug"));
  ModuleSymbols symbols("/nonexistent/program", other, debug_folders());
  EXPECT_TRUE(symbols.frames(offset_).empty());
  EXPECT_NE(symbols.problem(), "");
}

TEST_F(ModuleSymbolsTest, SaysWhatIsMissing) {
  ModuleSymbols symbols("/nonexistent/program", build_id_, {});
  EXPECT_TRUE(symbols.frames(offset_).empty());
  EXPECT_EQ(symbols.problem(), "/nonexistent/program cannot be read here");
}

TEST_F(ModuleSymbolsTest, KnowsNothingOutsideTheCode) {
  ModuleSymbols symbols(program(), build_id_, {});
  for (const uint64_t offset : {uint64_t{0}, uint64_t{1}, uint64_t{1} << 40, ~uint64_t{0}})
    EXPECT_TRUE(symbols.frames(offset).empty()) << offset;
}

TEST_F(ModuleSymbolsTest, TheSymbolizerReadsAModuleOnceAndCollectsProblems) {
  Symbolizer symbolizer({.debug_folders = debug_folders()});
  const auto* const first = &symbolizer.frames(stripped(), build_id_, hidden_);
  EXPECT_EQ(&symbolizer.frames(stripped(), build_id_, hidden_), first);
  EXPECT_GT(first->size(), 1U);
  (void)symbolizer.frames("/nonexistent/a", "", 1);
  (void)symbolizer.frames("/nonexistent/a", "", 2);
  EXPECT_EQ(symbolizer.problems(), std::vector<std::string>{"/nonexistent/a cannot be read here"});
}

// A child of ours reads each broken file, so that a crash is a failure and not the end.
TEST_F(ModuleSymbolsTest, SurvivesBrokenFiles) {
  std::ifstream file(program(), std::ios::binary);
  const std::string sound{std::istreambuf_iterator<char>(file), {}};
  std::mt19937 random(13);
  for (int round = 0; round < 150; ++round) {
    std::string broken = sound.substr(0, round % 3 == 0 ? random() % sound.size() : sound.size());
    for (int i = 0; i < 20 && !broken.empty(); ++i) broken[random() % broken.size()] = static_cast<char>(random());
    std::ofstream(shop_.path("broken"), std::ios::binary) << broken;
    const pid_t child = fork();
    if (child == 0) {
      alarm(10);
      ModuleSymbols symbols(shop_.path("broken"), "", {});
      for (uint64_t offset = 1; offset < 0x6000; offset += 61) (void)symbols.frames(offset);
      _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_EQ(status, 0) << "round " << round;
  }
}

TEST(Demangle, KnowsTheirKinds) {
  EXPECT_EQ(demangle("_ZN3app7Counter5countEl"), "app::Counter::count(long)");
  EXPECT_EQ(demangle("_ZN5alloc3vec9from_elem17h0123456789abcdefE"), "alloc::vec::from_elem");
  EXPECT_EQ(demangle("_RNvCs1234_7mycrate3foo"), "_RNvCs1234_7mycrate3foo");
  EXPECT_EQ(demangle("main"), "main");
  EXPECT_EQ(demangle("_Znot a name"), "_Znot a name");
}

}  // namespace
}  // namespace heapreel::symbols
