// Programs that are built and run by the tests of recorder/target: the claims are held against what real compilers make
// and a real loader does.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "recorder/target/verdict.h"

extern char** environ;

namespace heapreel::target::tests {

namespace fs = std::filesystem;

// A folder of the test's own that other users may enter.
class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "heapreel-target-XXXXXX").string();
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    path_ = name;
    ::chmod(name.c_str(), 0755);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  std::string operator/(std::string_view name) const { return (path_ / name).string(); }

 private:
  fs::path path_;
};

struct Run {
  int status = -1;  // exit status, 128 + the signal
  std::string output{};
};

inline Run run(const std::string& command) {
  Run done;
  std::FILE* pipe = ::popen(fmt::format("( {} ) 2>&1", command).c_str(), "r");
  if (pipe == nullptr) return done;
  char bytes[4096];
  for (size_t got; (got = std::fread(bytes, 1, sizeof bytes, pipe)) > 0;) done.output.append(bytes, got);
  const int status = ::pclose(pipe);
  done.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return done;
}

inline std::string source(std::string_view name) { return fmt::format("{}/{}", HEAPREEL_PROGRAMS_DIR, name); }

// Builds with `command`, whose output goes to `output`; a failure is the test's.
inline std::string build(const std::string& command, const std::string& output) {
  const Run done = run(fmt::format("{} -o {}", command, output));
  EXPECT_EQ(done.status, 0) << command << "\n" << done.output;
  return output;
}

inline void write_file(const std::string& path, std::string_view text, mode_t mode = 0644) {
  std::ofstream(path, std::ios::binary) << text;
  ::chmod(path.c_str(), mode);
}

inline std::string file_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline bool has_tool(const std::string& name) { return run("command -v " + name).status == 0; }

inline Words current_environment() {
  Words entries;
  for (char** entry = environ; *entry != nullptr; ++entry) entries.emplace_back(*entry);
  return entries;
}

inline Inspection inspected(const Words& command, const Words& environment = current_environment()) {
  const auto seen = inspect(command, environment);
  EXPECT_TRUE(seen.has_value()) << (seen ? "" : seen.error().what + ": " + seen.error().why);
  return seen ? *seen : Inspection();
}

inline Level level_of(const Inspection& seen) { return worst(judge(seen).findings); }

// All that a verdict says, for searching.
inline std::string text_of(const Findings& findings) {
  std::string text;
  for (const Finding& finding : findings) text += fmt::format("{}: {} ({})\n", finding.what, finding.why, finding.hint);
  return text;
}

// What the counting library saw of a program's calls.
struct Seen {
  bool spoke = false;  // the library was there at all
  long mallocs = 0;
  long news = 0;
  Run done{};
};

// `settings` are further variables, "A=B C=D"; `as` may be a command that changes the user.
inline Seen seen_by(const std::string& preload, const std::string& program, const std::string& settings = "",
                    const std::string& as = "") {
  Seen seen;
  seen.done = run(fmt::format("timeout -k 1 60 {} env {} LD_PRELOAD='{}' {}", as, settings, preload, program));
  const size_t at = seen.done.output.find("seen: malloc ");
  seen.spoke = at != std::string::npos;
  if (seen.spoke) std::sscanf(seen.done.output.c_str() + at, "seen: malloc %ld new %ld", &seen.mallocs, &seen.news);
  return seen;
}

// Builds the counting library in `folder`.
inline std::string counter(const Folder& folder) {
  return build(fmt::format("{} -O1 -fno-builtin -shared -fPIC {}", HEAPREEL_GCC, source("counter.c")),
               folder / "counter.so");
}

}  // namespace heapreel::target::tests
