// `heapreel collect`: what the recorder's library runs when a program was started by its environment alone. Not for
// people: it leaves a collector behind and exits.
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <sstream>

#include "recorder/collector/standalone.h"
#include "recorder/ring/session.h"
#include "tools/cli/check_arguments.h"
#include "tools/cli/parse.h"
#include "tools/commands/record.h"
#include "tools/commands/table.h"

namespace heapreel::commands {
namespace {

int number_of(const std::string& text) {
  int number = -1;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  return fault == std::errc() && end == text.data() + text.size() ? number : -1;
}

// The words of HEAPREEL_OPTIONS are flags of `record`; there is no command among them, it runs already.
base::Result<collector::RecordOptions> options_for(const std::string& output) {
  std::vector<std::string> words;
  const char* const further = std::getenv(ring::kOptionsVariable);
  std::istringstream text(further != nullptr ? further : "");
  for (std::string word; text >> word;) words.push_back(word);
  words.insert(words.end(), {"--output=" + output, "--", "true"});
  const auto arguments = cli::parse_arguments(record_spec(), words);
  if (!arguments) {
    base::Error error = arguments.error();
    error.hint += std::string(error.hint.empty() ? "" : "; ") + "check the words of " + ring::kOptionsVariable;
    return base::fail(std::move(error));
  }
  return record_options(*arguments);
}

}  // namespace

base::Result<int> run_collect(const cli::Arguments& arguments) {
  const int pid = number_of(arguments.positional("PID"));
  const int socket = number_of(arguments.positional("SOCKET"));
  if (pid <= 0 || socket <= 2)
    return base::fail(cli::usage_error(arguments.command(), "not for people",
                                       "set LD_PRELOAD and HEAPREEL_OUT, or use `heapreel record`"));
  auto options = options_for(arguments.positional("FILE"));
  if (!options) return base::fail(std::move(options).error());
  options->collect_pid = pid;
  options->command.clear();
  HEAPREEL_TRY(check_output(*options));
  HEAPREEL_TRY(collector::collect_alone(*options, socket));
  return 0;
}

const cli::CommandSpec& collect_spec() {
  static const cli::CommandSpec spec{
      .name = "collect",
      .group = "Make a reel",
      .summary = "collect for a process that has the recorder's library already",
      .description = "Run by the library itself, when HEAPREEL_OUT is set.",
      .positionals = {{.name = "PID", .kind = cli::ValueKind::kText, .help = "the process"},
                      {.name = "SOCKET", .kind = cli::ValueKind::kText, .help = "the descriptor it waits at"},
                      {.name = "FILE", .kind = cli::ValueKind::kFile, .help = "where the reel goes"}},
      .examples = {{"heapreel collect 4711 5 app.reel", "As the library calls it."}},
      .hidden = true,
      .run = run_collect};
  return spec;
}

}  // namespace heapreel::commands
