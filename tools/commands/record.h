// The parts of `heapreel record`: what the command line asks for, what a person sees.
#pragma once

#include <string>
#include <vector>

#include "recorder/collector/launcher.h"
#include "recorder/collector/options.h"
#include "recorder/target/verdict.h"
#include "tools/cli/arguments.h"

namespace heapreel::commands {

// 125 to 127, as env(1) and nohup(1) have them.
inline constexpr int kExitCannotRecord = 125;
inline constexpr int kExitCannotRun = 126;
inline constexpr int kExitNotFound = 127;

base::Result<collector::RecordOptions> record_options(const cli::Arguments& arguments);

// --stacks and --stacks-every. Without the library that walks stacks a recording would have none: that is an error.
base::Status take_stack_options(const cli::Arguments& arguments, ring::PoolOptions& pool);
// --keep-last: a size or a time.
base::Status take_keep_option(const cli::Arguments& arguments, collector::RecordOptions& options);
// Whether a reel can be made where it shall go.
base::Status check_output(const collector::RecordOptions& options);

// What the program is, and whether it can be recorded: a refusal before it starts is better than an empty reel after
// it. Warnings go to standard error.
base::Result<target::Verdict> look_at(const std::vector<std::string>& command,
                                      const std::vector<std::string>& environment);
// The recorder's library was not loaded into it.
base::Error not_hello(const std::string& command);

std::vector<std::string> own_environment();

// The live line of a person at a terminal, and the summary at the end.
class RecordView {
 public:
  explicit RecordView(bool quiet);
  void tick(const collector::Board& board);
  void finish(const collector::Board& board);
  // Without a summary.
  void end(const collector::Board& board);

 private:
  void clear();

  bool quiet_;
  bool live_;
  bool shown_ = false;
  uint64_t last_events_ = 0;
  uint64_t last_ns_ = 0;
};

}  // namespace heapreel::commands
