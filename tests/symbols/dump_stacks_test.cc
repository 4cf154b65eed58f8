// `heapreel dump --stacks`, by the binary, on a reel of a program that was compiled here.
#include "tools/commands/dump_stacks.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sstream>

#include "recorder/collector/elf_image.h"
#include "tests/symbols/compiled.h"
#include "trace_format/store/capture_writer.h"

namespace heapreel::symbols {
namespace {

using Json = nlohmann::json;

StackFrame frame(uint32_t module, const std::string& path, uint64_t offset, const std::string& function) {
  StackFrame made;
  made.module = module;
  made.module_path = path;
  made.offset = offset;
  made.source.function = function;
  return made;
}

TEST(DumpStacks, ShowsWhatIsKnownAndNoMore) {
  StackFrame known = frame(1, "/opt/app", 0x1234, "work(int)");
  known.source.file = "/src/work.cc";
  known.source.line = 12;
  const std::vector<StackFrame> frames = {known, frame(1, "/opt/app", 0x20, "main"), frame(2, "", 0x30, ""),
                                          frame(0, "", 0x7F0012, "")};
  EXPECT_EQ(commands::stack_as_text(frames),
            "                work(int) (/src/work.cc:12)\n"
            "                main (/opt/app+0x20)\n"
            "                module 2+0x30\n"
            "                0x7f0012\n");
  const std::string list =
      R"x([{"module":"/opt/app","offset":4660,"function":"work(int)","file":"/src/work.cc","line":12},)x"
      R"x({"module":"/opt/app","offset":32,"function":"main"},{"module":"module 2","offset":48},)x"
      R"x({"offset":8323090}])x";
  EXPECT_EQ(commands::stack_as_json(frames), list);
}

TEST(DumpStacks, NamesCannotSpeakToTheTerminal) {
  const std::vector<StackFrame> frames = {frame(1, "/a\x1B[2J", 1, "evil\x1B]0;\n\xFF")};
  const std::string text = commands::stack_as_text(frames);
  EXPECT_EQ(text.find('\x1B'), std::string::npos);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
  EXPECT_TRUE(Json::accept(commands::stack_as_json(frames)));
}

// One allocation from plain_c_function() of the program, and one without a stack.
class DumpStacksTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(shop_.compile("inlines.cc", "-O2 -g -Wl,--build-id=sha1", "program"));
    ASSERT_TRUE(shop_.run("objcopy --only-keep-debug program program.debug && cp program whole"));
    build_id_ = collector::read_elf(shop_.path("program"))->build_id;
    const auto file = ElfFile::open(shop_.path("program"));
    for (const FunctionSymbol& symbol : file->functions())
      if (std::string(symbol.name) == "plain_c_function") offset_ = symbol.address + 5 - file->first_address();
    write_reel();
  }

  void write_reel() {
    auto writer = reel::ReelWriter::create(shop_.path("app.reel"), false);
    ASSERT_TRUE(writer);
    reel::CaptureWriter capture(*writer, {});
    reel::Event event;
    event.op = reel::Op::kMalloc;
    event.object = 0x1000;
    event.stack = 2;
    capture.add(event);
    event.object = 0x2000;
    event.stack = 0;
    capture.add(event);
    ASSERT_TRUE(capture.flush());
    reel::proto::Metadata shared;
    reel::proto::PrivateMetadata confidential;
    shared.mutable_clock()->set_ticks_per_second(1'000'000'000);
    auto* const module = shared.add_modules();
    module->set_serial(1);
    module->set_build_id(build_id_);
    auto* const name = confidential.add_modules();
    name->set_serial(1);
    name->set_path(shop_.path("program"));
    auto* const stacks = shared.add_stacks();
    for (const uint64_t offset : {uint64_t{1} << 30, offset_}) {
      stacks->add_parents(stacks->parents_size() == 0 ? 0 : 1);
      stacks->add_modules(1);
      stacks->add_offsets(offset);
    }
    ASSERT_TRUE(writer->append(shared));
    ASSERT_TRUE(writer->append(confidential));
    ASSERT_TRUE(writer->finish());
  }

  std::string dump(const std::string& options) const {
    int status = 0;
    std::string text =
        output_of("'" HEAPREEL_BINARY "' dump '" + shop_.path("app.reel") + "' " + options + " 2>&1", &status);
    EXPECT_EQ(status, 0) << text;
    return text;
  }

  Workshop shop_;
  std::string build_id_;
  uint64_t offset_ = 0;
};

TEST_F(DumpStacksTest, PrintsFramesUnderTheEvent) {
  const std::string text = dump("--stacks");
  EXPECT_NE(text.find("stack 2\n                app::innermost(int) ("), std::string::npos) << text;
  EXPECT_NE(text.find("\n                plain_c_function ("), std::string::npos) << text;
  EXPECT_NE(text.find("/program+0x40000000\n"), std::string::npos) << text;
  EXPECT_EQ(dump("").find("plain_c_function"), std::string::npos);
}

TEST_F(DumpStacksTest, JsonHasAListOfFrames) {
  std::istringstream lines(dump("--stacks --format jsonl"));
  std::string line;
  std::getline(lines, line);
  const Json first = Json::parse(line);
  ASSERT_EQ(first["frames"].size(), 3U);
  EXPECT_EQ(first["frames"][0]["function"], "app::innermost(int)");
  EXPECT_EQ(first["frames"][0]["inlined"], true);
  EXPECT_EQ(first["frames"][1]["function"], "plain_c_function");
  EXPECT_EQ(first["frames"][1]["offset"], offset_);
  std::getline(lines, line);
  EXPECT_FALSE(Json::parse(line).contains("frames"));
}

TEST_F(DumpStacksTest, WarnsOfAFileThatIsNotTheRecordedOne) {
  ASSERT_TRUE(shop_.compile("inlines.cc", "-O1 -g -Wl,--build-id=sha1", "program"));
  const std::string text = dump("--stacks");
  EXPECT_NE(text.find("heapreel: warning: " + shop_.path("program") + " is not the file that was recorded"),
            std::string::npos)
      << text;
  EXPECT_EQ(text.find("plain_c_function"), std::string::npos) << text;
}

TEST_F(DumpStacksTest, TakesDebugFilesFromAFolder) {
  const std::string folder = "files/.build-id/" + build_id_.substr(0, 2);
  ASSERT_TRUE(shop_.run("rm program && mkdir -p " + folder + " && mv program.debug " + folder + "/" +
                        build_id_.substr(2) + ".debug"));
  EXPECT_EQ(dump("--stacks").find("plain_c_function"), std::string::npos);
  EXPECT_NE(dump("--stacks --debug-files '" + shop_.path("files") + "'").find("plain_c_function ("), std::string::npos);
}

}  // namespace
}  // namespace heapreel::symbols
