// The binary: hands the words to the front, then turns what comes back into text and an exit status.
//
// The only place that prints an error or picks an exit status for one. An interrupted run removes the outputs it had
// not finished and then dies of its signal, so that the shell sees it as interrupted.
#include <csignal>
#include <cstdio>
#include <span>
#include <string>
#include <unistd.h>
#include <vector>

#include "tools/cli/front.h"
#include "tools/cli/output.h"
#include "tools/cli/terminal.h"
#include "tools/commands/table.h"
#include "trace_format/base/unfinished.h"

namespace {

using heapreel::base::Error;
using heapreel::base::Result;
namespace cli = heapreel::cli;

int report(const Error& error) {
  const std::string text = cli::error_text(error, cli::wants_colour(STDERR_FILENO));
  (void)std::fwrite(text.data(), 1, text.size(), stderr);
  return cli::exit_status_of(error);
}

// The command's status stands unless its results were lost. A reader that left early lost them of its own will.
int conclude(const Result<int>& outcome) {
  const heapreel::base::Status written = cli::standard_output().finish();
  if (!outcome) return report(outcome.error());
  if (!written && !cli::is_broken_pipe(written.error())) return report(written.error());
  return *outcome;
}

// SA_RESETHAND has put the default action back, which ends the process once the handler returns.
void on_interrupt(int signal) {
  heapreel::base::remove_unfinished();
  (void)std::raise(signal);
}

// A signal that the parent chose to ignore, as nohup does, stays ignored.
void clean_up_when_interrupted() {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction now {};
    if (sigaction(signal, nullptr, &now) != 0 || now.sa_handler == SIG_IGN) continue;
    struct sigaction wanted {};
    wanted.sa_handler = on_interrupt;
    wanted.sa_flags = static_cast<int>(SA_RESETHAND);
    (void)sigaction(signal, &wanted, nullptr);
  }
}

}  // namespace

int main(int argc, char** argv) {
  cli::occupy_closed_standard_streams();
  std::signal(SIGPIPE, SIG_IGN);  // a broken pipe is seen as EPIPE where it happens
  std::signal(SIGXFSZ, SIG_IGN);  // and the limit on file sizes as EFBIG
  clean_up_when_interrupted();
  const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
  return conclude(cli::run_front(heapreel::commands::table(), words));
}
