// What cannot be written is reported, once and truly; a reader that left is told apart from a full disk.
#include "tools/cli/output.h"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <string>
#include <unistd.h>

namespace heapreel::cli {
namespace {

struct Pipe {
  Pipe() { EXPECT_EQ(pipe(ends), 0); }
  ~Pipe() {
    for (const int end : ends) {
      if (end >= 0) close(end);
    }
  }
  int ends[2] = {-1, -1};
};

TEST(OutputTest, ArrivesInOrder) {
  Pipe pipe;
  Output output(pipe.ends[1]);
  output.write("a");
  output.print("{}-{}", 1, 2);
  ASSERT_TRUE(output.finish());
  char text[8] = {};
  EXPECT_EQ(read(pipe.ends[0], text, sizeof text), 4);
  EXPECT_EQ(std::string(text), "a1-2");
}

TEST(OutputTest, FullDiskIsAnError) {
  const int full = open("/dev/full", O_WRONLY);
  ASSERT_GE(full, 0);
  Output output(full);
  output.write("lost");
  const base::Status status = output.finish();
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().sys_errno, ENOSPC);
  EXPECT_FALSE(is_broken_pipe(status.error()));
  close(full);
}

TEST(OutputTest, GoneReaderIsABrokenPipe) {
  std::signal(SIGPIPE, SIG_IGN);
  Pipe pipe;
  close(pipe.ends[0]);
  pipe.ends[0] = -1;
  Output output(pipe.ends[1]);
  output.write(std::string(1 << 20, 'x'));
  EXPECT_FALSE(output.ok());
  const base::Status status = output.finish();
  ASSERT_FALSE(status);
  EXPECT_TRUE(is_broken_pipe(status.error()));
}

TEST(OutputTest, BrokenPipeElsewhereIsNotOurs) {
  EXPECT_FALSE(is_broken_pipe({.what = "cannot write app.reel", .why = {}, .hint = {}, .sys_errno = EPIPE}));
}

}  // namespace
}  // namespace heapreel::cli
