// Reference runs of commands that do what is known.
#include "recorder/observe/reference_run.h"

#include <csignal>
#include <ctime>
#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "tests/observe/child.h"
#include "tests/trace_format/temporary.h"

namespace heapreel::observe::tests {
namespace {

const std::vector<std::string> kEnvironment = {"PATH=/usr/bin:/bin"};

base::Result<reel::proto::Reference> shell(const std::string& script) {
  return run_reference({"sh", "-c", script}, kEnvironment);
}

TEST(ReferenceRun, ExitStatusIsTheShells) {
  EXPECT_EQ(run_reference({"true"}, kEnvironment)->exit_status(), 0);
  EXPECT_EQ(shell("exit 7")->exit_status(), 7);
  EXPECT_EQ(shell("kill -9 $$")->exit_status(), 128 + SIGKILL);
}

TEST(ReferenceRun, MeasuresTimeFaultsAndMemory) {
  const auto reference = shell("sleep 0.05; i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done");
  ASSERT_TRUE(reference);
  EXPECT_GE(reference->wall_ns(), 50'000'000U);
  EXPECT_GT(reference->user_ns() + reference->system_ns(), 0U);
  EXPECT_LE(reference->user_ns() + reference->system_ns(), reference->wall_ns() * 64);
  EXPECT_GT(reference->minor_faults(), 20U);
  EXPECT_GT(reference->rss_peak_bytes(), 0U);
  EXPECT_LE(reference->rss_mean_bytes(), reference->rss_peak_bytes());
}

TEST(ReferenceRun, PeakAndMeanAreOfAnonymousMemory) {
  const auto reference =
      run_reference({HEAPREEL_OBSERVED_CHILD, "hold", std::to_string(40 * kMib), "60"}, kEnvironment);
  ASSERT_TRUE(reference);
  EXPECT_EQ(reference->exit_status(), 0);
  EXPECT_NEAR(static_cast<double>(reference->rss_peak_bytes()), 40.0 * kMib, kSlack);
  EXPECT_GT(reference->rss_mean_bytes(), 20 * kMib) << "it holds them most of the time";
  EXPECT_GE(reference->minor_faults(), 40 * kMib / 4096);
}

TEST(ReferenceRun, InputAndOutputsAreLeftAlone) {
  const heapreel::tests::TemporaryFolder folder;
  const std::string seen = folder.file("seen");
  ASSERT_TRUE(shell(fmt::format("exec 3>{}; for fd in 0 1 2; do readlink /proc/$$/fd/$fd; done | cat >&3", seen)));
  std::ifstream file(seen);
  std::string in;
  std::string out;
  std::string err;
  file >> in >> out >> err;
  EXPECT_EQ(in, "/dev/null");
  EXPECT_EQ(out, "/dev/null");
  EXPECT_EQ(err, "/dev/null");
}

TEST(ReferenceRun, TheRecorderIsNotInItsEnvironment) {
  const std::vector<std::string> environment = {
      "A=1", "HEAPREEL_OUT=x.reel", "LD_PRELOAD=/opt/lib/libheapreel_shim.so:/usr/lib/libjemalloc.so.2 libx.so", "B="};
  EXPECT_EQ(without_recorder(environment),
            (std::vector<std::string>{"A=1", "LD_PRELOAD=/usr/lib/libjemalloc.so.2:libx.so", "B="}));
  EXPECT_EQ(without_recorder({"LD_PRELOAD=libheapreel_shim.so"}), std::vector<std::string>{});
  auto dirty = kEnvironment;
  dirty.push_back("HEAPREEL_OUT=x");
  EXPECT_EQ(run_reference({"sh", "-c", "test -z \"$HEAPREEL_OUT\""}, dirty)->exit_status(), 0);
  EXPECT_EQ(run_reference({"sh", "-c", "test -z \"$OTHER\""}, {"PATH=/bin", "OTHER=x"})->exit_status(), 1);
}

TEST(ReferenceRun, WhatCannotBeStartedIsAnErrorWithAHint) {
  const auto missing = run_reference({"heapreel-no-such-command"}, kEnvironment);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().what, "cannot run heapreel-no-such-command");
  EXPECT_EQ(missing.error().sys_errno, ENOENT);
  EXPECT_FALSE(missing.error().hint.empty());
  const auto folder = run_reference({"/"}, kEnvironment);
  ASSERT_FALSE(folder);
  EXPECT_EQ(folder.error().sys_errno, EACCES);
  EXPECT_EQ(run_reference({}, kEnvironment).error().code, base::ErrorCode::kUsage);
}

// A process in which a reference run is interrupted: 0 if all went as it should.
int interrupted_run(bool command_ignores) {
  std::thread interrupter([parent = getpid()] {
    std::this_thread::sleep_for(std::chrono::milliseconds(150));
    kill(parent, SIGINT);
  });
  const auto reference = shell(command_ignores ? "trap '' INT; sleep 0.4" : "exec sleep 20");
  interrupter.join();
  struct sigaction now {};
  sigaction(SIGINT, nullptr, &now);
  const bool restored = now.sa_handler == SIG_DFL;
  return !reference && reference.error().sys_errno == EINTR && restored ? 0 : 1;
}

TEST(ReferenceRun, AnInterruptEndsItAndIsReported) {
  for (const bool command_ignores : {false, true}) {
    const auto start = std::chrono::steady_clock::now();
    const pid_t pid = fork();
    if (pid == 0) _exit(interrupted_run(command_ignores));
    int status = 0;
    waitpid(pid, &status, 0);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << command_ignores << ' ' << status;
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(15)) << "the command was not told";
  }
}

}  // namespace
}  // namespace heapreel::observe::tests
