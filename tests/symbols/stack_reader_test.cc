// The whole way: a program's stack and maps, through module map and stack tree into a reel's metadata, and out as
// names.
#include "tools/symbols/stack_reader.h"

#include <gtest/gtest.h>
#include <sstream>

#include "recorder/collector/maps_reader.h"
#include "recorder/collector/stack_table.h"
#include "tests/symbols/compiled.h"

namespace heapreel::symbols {
namespace {

// Of one run of plugin_host: the addresses it printed, and where code lay.
struct Execution {
  std::vector<uint64_t> stack;
  collector::ModuleMap modules;
};

Execution parse(const std::string& output) {
  Execution run;
  std::istringstream lines(output);
  std::string maps;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("frame "))
      run.stack.push_back(std::stoull(line.substr(6), nullptr, 16));
    else
      maps += line + '\n';
  }
  auto code = collector::code_in_maps(collector::parse_maps(maps), [](const collector::Mapping& mapping) {
    const auto elf = collector::read_elf(mapping.path);
    return elf ? elf->build_id : std::string();
  });
  run.modules.update(std::move(code.images), std::move(code.anonymous_code), 1);
  return run;
}

reel::ReelMetadata metadata_of(const Execution& run, collector::StackTable& table) {
  reel::ReelMetadata metadata;
  for (const collector::Module& module : run.modules.modules()) {
    auto* const shared = metadata.shared.add_modules();
    shared->set_serial(module.serial);
    shared->set_build_id(module.image.build_id);
    shared->set_address(module.image.range.start);
    auto* const name = metadata.confidential.add_modules();
    name->set_serial(module.serial);
    name->set_path(module.image.path);
  }
  const collector::StackNodes nodes = table.take_new_nodes();
  auto* const piece = metadata.shared.add_stacks();
  piece->mutable_parents()->Add(nodes.parents.begin(), nodes.parents.end());
  piece->mutable_modules()->Add(nodes.modules.begin(), nodes.modules.end());
  piece->mutable_offsets()->Add(nodes.offsets.begin(), nodes.offsets.end());
  return metadata;
}

std::vector<std::string> names(const std::vector<StackFrame>& frames) {
  std::vector<std::string> all;
  for (const StackFrame& frame : frames) all.push_back(frame.source.function);
  return all;
}

class StackReaderTest : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    ASSERT_TRUE(shop_.compile("plugin.cc", "-O2 -g -shared -fPIC", "plugin.so"));
    ASSERT_TRUE(shop_.compile("plugin_host.cc", std::string("-O2 -g -rdynamic ") + GetParam(), "host"));
    int status = 0;
    run_ = parse(output_of("'" + shop_.path("host") + "' '" + shop_.path("plugin.so") + "'", &status));
    ASSERT_EQ(status, 0);
    stack_ = table_.intern(run_.stack, run_.modules);
    ASSERT_NE(stack_, 0U);
    EXPECT_EQ(table_.stacks_cut(), 0U);
  }
  Workshop shop_;
  Execution run_;
  collector::StackTable table_;
  uint32_t stack_ = 0;
};

TEST_P(StackReaderTest, NamesEveryFrame) {
  Symbolizer symbolizer;
  const reel::ReelMetadata metadata = metadata_of(run_, table_);
  const StackReader reader(metadata, symbolizer);
  const std::vector<StackFrame> frames = reader.frames(stack_);
  const std::vector<std::string> expected = {"plugin::inlined_step()", "plugin::inner()", "plugin_entry",
                                             "call_plugin(char const*)", "main"};
  const std::vector<std::string> found = names(frames);
  ASSERT_GE(found.size(), expected.size());
  EXPECT_EQ(std::vector(found.begin(), found.begin() + 5), expected);
  EXPECT_EQ(frames[0].offset, frames[1].offset) << "one address, two frames";
  EXPECT_TRUE(frames[0].source.inlined);
  EXPECT_TRUE(frames[0].source.file.ends_with("/plugin.cc"));
  EXPECT_EQ(frames[0].source.line, 7U);
  EXPECT_EQ(frames[0].module_path, shop_.path("plugin.so"));
  EXPECT_EQ(frames[4].module_path, shop_.path("host"));
}

TEST_P(StackReaderTest, WithoutPathsFramesAreModuleAndOffset) {
  Symbolizer symbolizer;
  reel::ReelMetadata metadata = metadata_of(run_, table_);
  metadata.confidential.Clear();
  const std::vector<StackFrame> frames = StackReader(metadata, symbolizer).frames(stack_);
  ASSERT_EQ(frames.size(), run_.stack.size());
  for (size_t i = 0; i < frames.size(); ++i) {
    EXPECT_NE(frames[i].module, 0U);
    EXPECT_EQ(frames[i].source, SourceFrame{});
    const auto& image = run_.modules.modules()[frames[i].module - 1].image;
    EXPECT_EQ(image.range.start + frames[i].offset, run_.stack[i]);
  }
}

TEST_P(StackReaderTest, AnotherBuildOfTheLibraryGivesNoNames) {
  ASSERT_TRUE(shop_.compile("plugin.cc", "-O1 -g -shared -fPIC -DOTHER", "plugin.so"));
  Symbolizer symbolizer;
  const reel::ReelMetadata metadata = metadata_of(run_, table_);
  const std::vector<StackFrame> frames = StackReader(metadata, symbolizer).frames(stack_);
  EXPECT_EQ(frames[0].source, SourceFrame{});
  EXPECT_EQ(names(frames)[2], "call_plugin(char const*)") << "the host is as it was";
  ASSERT_EQ(symbolizer.problems().size(), 1U);
}

TEST_P(StackReaderTest, NoStackHasNoFrames) {
  Symbolizer symbolizer;
  const reel::ReelMetadata metadata = metadata_of(run_, table_);
  const StackReader reader(metadata, symbolizer);
  EXPECT_TRUE(reader.frames(0).empty());
  EXPECT_TRUE(reader.frames(1'000'000).empty());
}

INSTANTIATE_TEST_SUITE_P(Builds, StackReaderTest, testing::Values("-pie -fPIE", "-no-pie"),
                         [](const auto& build) { return build.index == 0 ? "Moved" : "AtAFixedPlace"; });

}  // namespace
}  // namespace heapreel::symbols
