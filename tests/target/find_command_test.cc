// The search for a program, held against what a shell and the kernel do with the same words.
#include "recorder/target/find_command.h"

#include "tests/target/programs.h"

namespace heapreel::target::tests {
namespace {

std::string refused(const Words& command, const Words& environment = {}) {
  const auto found = find_command(command, environment);
  EXPECT_FALSE(found.has_value());
  if (found) return {};
  EXPECT_FALSE(found.error().hint.empty());
  return found.error().why;
}

FoundCommand found(const Words& command, const Words& environment = current_environment()) {
  auto result = find_command(command, environment);
  EXPECT_TRUE(result.has_value()) << (result ? "" : result.error().why);
  return result ? std::move(*result) : FoundCommand{.words = {""}};
}

TEST(FindCommandTest, PathIsSearchedInOrder) {
  const Folder one, two;
  write_file(one / "tool", "#!/bin/sh\n", 0644);  // may not be executed: passed over
  write_file(two / "tool", "#!/bin/sh\n", 0755);
  fs::create_directory(one / "dir");
  const std::string path = fmt::format("PATH=/nowhere:{}:{}", one / "", two / "");
  EXPECT_EQ(*find_program("tool", {path}), fmt::format("{}/tool", two / ""));
  EXPECT_FALSE(find_program("dir", {path}).has_value()) << "a folder is no program";
}

TEST(FindCommandTest, WithoutPathTheUsualPlaces) { EXPECT_EQ(*find_program("sh", {}), "/bin/sh"); }

TEST(FindCommandTest, FaultsAreNamed) {
  const Folder folder;
  write_file(folder / "plain", "x", 0644);
  EXPECT_EQ(refused({}), "no program is named");
  EXPECT_EQ(refused({""}), "its name is empty");
  EXPECT_EQ(refused({"no-such-program"}), "no folder of PATH has a program of that name");
  EXPECT_EQ(refused({folder / "missing"}), "No such file or directory");
  EXPECT_EQ(refused({folder / "plain"}), (folder / "plain") + " may not be executed by this user");
  EXPECT_EQ(refused({"plain"}, {"PATH=" + (folder / "")}), (folder / "") + "/plain may not be executed by this user");
  EXPECT_EQ(refused({folder / ""}), (folder / "") + " is not a regular file");
}

// Lets the kernel run a script whose interpreter is /bin/echo, and compares the words.
TEST(FindCommandTest, ScriptLinesAreReadAsTheKernelDoes) {
  const Folder folder;
  const std::string echo = *find_program("echo", current_environment());
  for (const std::string& line : Words{"#!" + echo, "#! \t" + echo + " one  two \t", "#!" + echo + "\tx"}) {
    write_file(folder / "script", line + "\nrest\n", 0755);
    const FoundCommand script = found({folder / "script", "a", "b c"});
    EXPECT_EQ(script.path, echo);
    EXPECT_TRUE(script.is_elf);
    std::string words;
    for (size_t i = 1; i < script.words.size(); ++i) words += (i == 1 ? "" : " ") + script.words[i];
    const std::string truth = run((folder / "script") + " a 'b c'").output;
    EXPECT_EQ(words + "\n", truth) << line;
  }
}

TEST(FindCommandTest, EnvIsFollowed) {
  const Folder folder;
  const std::string cat = *find_program("cat", current_environment());
  for (const std::string& line : Words{"env cat", "env -S cat -u", "env -Scat", "env -S A=B cat"}) {
    write_file(folder / "script", "#!/usr/bin/" + line + "\n", 0755);
    EXPECT_EQ(found({folder / "script", "x"}).path, cat) << line;
    EXPECT_EQ(run((folder / "script") + " /dev/null").output, file_text(folder / "script")) << line;
  }
  EXPECT_EQ(found({"env", "-i", "A=B", "cat", "-u"}).path, cat);
  EXPECT_EQ(found({"env", "-u", "A", "--", "cat"}).path, cat);
  EXPECT_EQ(found({"env", "A=B"}).passed, Words{}) << "it runs nothing";
}

TEST(FindCommandTest, WayIsKept) {
  const Folder folder;
  write_file(folder / "script", "#!/usr/bin/env sh\n", 0755);
  const FoundCommand script = found({folder / "script"});
  ASSERT_EQ(script.passed.size(), 2U);
  EXPECT_EQ(script.passed[0], folder / "script");
  EXPECT_EQ(script.words.back(), folder / "script");
}

TEST(FindCommandTest, TextWithoutMarkGoesToTheShell) {
  const Folder folder;
  write_file(folder / "script", "echo hello\n", 0755);
  EXPECT_EQ(found({folder / "script"}).passed, (Words{folder / "script"}));
  write_file(folder / "binary", std::string("MZ\0", 3), 0755);
  EXPECT_FALSE(found({folder / "binary"}).is_elf);
}

TEST(FindCommandTest, ScriptsThatLeadNowhere) {
  const Folder folder;
  write_file(folder / "lost", "#!/nowhere/interpreter\n", 0755);
  EXPECT_EQ(refused({folder / "lost"}),
            fmt::format("No such file or directory (it is asked for by {})", folder / "lost"));
  write_file(folder / "empty", "#! \n", 0755);
  EXPECT_EQ(refused({folder / "empty"}), "its first line '#!' names no interpreter");
  write_file(folder / "circle", fmt::format("#!{}\n", folder / "circle"), 0755);
  EXPECT_NE(refused({folder / "circle"}).find("lead on and on"), std::string::npos);
  EXPECT_NE(run(folder / "circle").status, 0) << "the kernel gives up, too";
}

TEST(FindCommandTest, FirstEntryOfAVariableCounts) {
  EXPECT_EQ(variable({"AB=1", "A=2", "A=3"}, "A"), "2");
  EXPECT_EQ(variable({"AB=1"}, "A"), "");
}

}  // namespace
}  // namespace heapreel::target::tests
