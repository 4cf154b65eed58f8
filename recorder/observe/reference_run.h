// One run of a command without a recorder: what it takes, to hold a recording and a replay against.
//
// The command runs as it would by itself: nothing is preloaded by us, and what HEAPREEL_ variables and preloads of our
// shim the environment holds are taken out. Its input and outputs are /dev/null unless told otherwise, so that the run
// that is recorded afterwards finds its own as they were. Times and faults are those of wait4: of the process and of
// its children that it waited for. RssAnon is of the process alone, read every 2 ms; VmHWM would count pages of files,
// too.
#pragma once

#include <string>
#include <vector>

#include "trace_format/base/result.h"
#include "trace_format/wire/reel.pb.h"

namespace heapreel::observe {

struct ReferenceOptions {
  uint64_t period_ns = 2'000'000;
  bool keep_input = false;    // leave our own standard input to the command
  bool keep_outputs = false;  // and our standard output and error
};

// `environment` is of NAME=VALUE. The first word of the command is looked for in our PATH, as a shell would.
// A command that cannot be started is an error; one that fails is not, its exit status (128 + n for a signal) says so.
// While it runs, SIGINT, SIGQUIT, SIGTERM and SIGHUP do not end us: one from the terminal reaches the command by
// itself, one that was sent to us alone is passed on; when the command has ended, the run is an error with sys_errno
// EINTR. For one thread at a time.
base::Result<reel::proto::Reference> run_reference(const std::vector<std::string>& command,
                                                   const std::vector<std::string>& environment,
                                                   const ReferenceOptions& options = {});

// The environment without what makes our shim record.
std::vector<std::string> without_recorder(const std::vector<std::string>& environment);

}  // namespace heapreel::observe
