// The functions of child.h.
#include "tests/observe/child.h"

#include <csignal>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

namespace heapreel::observe::tests {

Child::Child(const std::string& preload) {
  int down[2];
  int up[2];
  EXPECT_EQ(pipe2(down, O_CLOEXEC), 0);
  EXPECT_EQ(pipe2(up, O_CLOEXEC), 0);
  pid_ = fork();
  if (pid_ == 0) {
    dup2(down[0], 0);
    dup2(up[1], 1);
    if (!preload.empty()) setenv("LD_PRELOAD", preload.c_str(), 1);
    execl(HEAPREEL_OBSERVED_CHILD, HEAPREEL_OBSERVED_CHILD, nullptr);
    _exit(127);
  }
  close(down[0]);
  close(up[1]);
  to_ = fdopen(down[1], "w");
  from_ = fdopen(up[0], "r");
  char line[64];
  EXPECT_NE(std::fgets(line, sizeof line, from_), nullptr);
  EXPECT_STREQ(line, "ready\n");
}

Child::~Child() {
  kill_it();
  reap();
  std::fclose(to_);
  std::fclose(from_);
}

std::string Child::ask(const std::string& line) {
  std::fputs((line + "\n").c_str(), to_);
  std::fflush(to_);
  std::string answer;
  for (int byte = 0; (byte = std::fgetc(from_)) != EOF && byte != '\n';) answer += static_cast<char>(byte);
  return answer;
}

uint64_t Child::number(const std::string& line) { return std::stoull(ask(line)); }

std::vector<uint64_t> Child::numbers(const std::string& line) {
  std::istringstream answer(ask(line));
  std::vector<uint64_t> numbers;
  for (uint64_t number = 0; answer >> number;) numbers.push_back(number);
  return numbers;
}

void Child::kill_it() const {
  if (pid_ > 0) kill(pid_, SIGKILL);
}

void Child::reap() {
  if (pid_ > 0) waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

uint64_t rss_anon_by_status(pid_t pid) {
  std::ifstream status(fmt::format("/proc/{}/status", pid));
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("RssAnon:")) return std::stoull(line.substr(8)) * 1024;
  return 0;
}

}  // namespace heapreel::observe::tests
