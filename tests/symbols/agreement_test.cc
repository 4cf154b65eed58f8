// Our frames against addr2line's, for every instruction of compiled programs.
#include <gtest/gtest.h>
#include <map>
#include <sstream>

#include "tests/symbols/compiled.h"
#include "tools/symbols/module_symbols.h"

namespace heapreel::symbols {
namespace {

// A frame as both sides can tell it: "function at file:line", the file without its folder.
using Frames = std::vector<std::string>;

std::string base_name(const std::string& path) { return path.substr(path.find_last_of('/') + 1); }

Frames comparable(const std::vector<SourceFrame>& frames) {
  Frames texts;
  for (const SourceFrame& frame : frames)
    texts.push_back(frame.function + " at " + base_name(frame.file) + ":" + std::to_string(frame.line));
  return texts;
}

// The addresses of all instructions, as objdump lists them; without those that only fill up space.
std::vector<uint64_t> instructions_of(const std::string& path, const std::string& function) {
  std::istringstream lines(output_of("objdump -dC --no-show-raw-insn --section=.text '" + path + "'"));
  std::vector<uint64_t> addresses;
  bool wanted = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.ends_with(">:")) wanted = line.find(function) != std::string::npos;
    if (line.find("nop") != std::string::npos || line.find("xchg   %ax,%ax") != std::string::npos) continue;
    if (wanted && line.starts_with("  ") && line.find(":\t") != std::string::npos)
      addresses.push_back(std::stoull(line, nullptr, 16));
  }
  return addresses;
}

// addr2line prints the address, then a line with the function and one with file:line for each frame.
std::map<uint64_t, Frames> frames_by_addr2line(const std::string& path, const std::vector<uint64_t>& addresses) {
  std::ostringstream command;
  command << "addr2line -a -i -f -C -e '" << path << "'" << std::hex;
  for (const uint64_t address : addresses) command << " 0x" << address;
  std::istringstream lines(output_of(command.str()));
  std::map<uint64_t, Frames> all;
  Frames* current = nullptr;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("0x")) {
      current = &all[std::stoull(line, nullptr, 16)];
      continue;
    }
    std::string place;
    std::getline(lines, place);
    place = place.substr(0, place.find(" (discriminator"));
    if (current != nullptr) current->push_back(line + " at " + base_name(place));
  }
  return all;
}

// Code may have a line that is unknown, 0 here and ? there.
Frames with_unknown_lines(Frames frames) {
  for (std::string& frame : frames)
    if (frame.ends_with(":?")) frame.back() = '0';
  return frames;
}

class AgreementTest : public testing::TestWithParam<const char*> {
 protected:
  Workshop shop_;
};

// The functions of the program proper; what the C library adds has no lines.
constexpr std::array kFunctions = {"<main>", "<plain_c_function>", "<app::Counter::count", "<app::Counter::fail"};

TEST_P(AgreementTest, WithAddr2lineOnEveryInstruction) {
  ASSERT_TRUE(shop_.compile("inlines.cc", GetParam(), "program"));
  const std::string path = shop_.path("program");
  ModuleSymbols symbols(path, "", {});
  const uint64_t first = ElfFile::open(path)->first_address();
  size_t compared = 0;
  size_t inlined = 0;
  for (const char* const function : kFunctions) {
    for (const auto& [address, expected] : frames_by_addr2line(path, instructions_of(path, function))) {
      const Frames ours = comparable(symbols.frames(address + 1 - first));
      EXPECT_EQ(ours, with_unknown_lines(expected)) << function << " " << std::hex << address;
      ++compared;
      inlined += ours.size() > 1;
    }
  }
  EXPECT_GT(compared, 50U);
  EXPECT_GT(inlined, 20U) << "the program shows nothing about inlining";
}

INSTANTIATE_TEST_SUITE_P(Builds, AgreementTest,
                         testing::Values("-O2 -g -pie -fPIE", "-O2 -g -no-pie", "-O2 -gdwarf-4 -pie -fPIE",
                                         "-O3 -g -ffunction-sections", "-O2 -g -gz=zlib"),
                         [](const auto& build) { return "Build" + std::to_string(build.index); });

// The control: lines of the instruction after it, which is what a return address looked up as it is would give.
TEST_F(AgreementTest, NoticesAddressesThatAreOneInstructionOff) {
  ASSERT_TRUE(shop_.compile("inlines.cc", "-O2 -g", "program"));
  const std::string path = shop_.path("program");
  ModuleSymbols symbols(path, "", {});
  const std::vector<uint64_t> addresses = instructions_of(path, "<app::Counter::count");
  const auto expected = frames_by_addr2line(path, addresses);
  ASSERT_GT(addresses.size(), 10U);
  size_t different = 0;
  for (size_t i = 1; i < addresses.size(); ++i)
    different += comparable(symbols.frames(addresses[i] + 1)) != expected.at(addresses[i - 1]);
  EXPECT_GT(different, 5U);
}

}  // namespace
}  // namespace heapreel::symbols
