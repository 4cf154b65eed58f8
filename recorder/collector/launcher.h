// The launcher: starts the collector and the command, waits for both, and passes on what the command ended with.
//
// It is what the user's shell started, the command's parent, and the collector's guardian: it lives on if the collector
// dies, tells the program's threads to go on without, and makes a valid reel of what was written. The collector
// outlives it when processes that the command left behind are still being recorded.
#pragma once

#include <functional>

#include "recorder/collector/board.h"
#include "recorder/collector/options.h"
#include "trace_format/base/result.h"

namespace heapreel::collector {

// From launcher to collector.
struct LauncherMessage {
  enum Kind : int { kStarted = 1, kEnded = 2, kStop = 3 };
  int kind = 0;
  int pid = 0;
  int wait_status = 0;
};

struct LaunchResult {
  int exit_status = 0;  // the command's: 128 + n for a signal
  bool greeted = false;
  bool collector_failed = false;
};

struct LaunchHooks {
  // Called about four times a second while the command runs, on the launcher's thread.
  std::function<void(const Board&)> on_tick{};
  // Called when the command has ended and its reel is whole.
  std::function<void(const Board&)> on_end{};
};

// The command's own failures to start are Errors with sys_errno set.
base::Result<LaunchResult> launch(const RecordOptions& options, const std::string& shim,
                                  const std::vector<std::string>& environment, const LaunchHooks& hooks);

}  // namespace heapreel::collector
