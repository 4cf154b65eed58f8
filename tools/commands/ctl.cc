// `heapreel ctl`: finds the recorder of a process and asks it.
//
// Every recorder has a door, a socket whose name can be listed; each is asked whom it records. Nothing of the process
// itself is read, so no right to trace it is needed: only to be the user who records it, or root.
#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "recorder/collector/door.h"
#include "tools/cli/check_arguments.h"
#include "tools/cli/output.h"
#include "tools/commands/table.h"

namespace heapreel::commands {
namespace {

using Json = nlohmann::json;

constexpr int kFindingMs = 2000;
constexpr int kAnsweringMs = 60000;  // a snapshot copies the reel

base::Error cannot(const std::string& action, int pid, std::string why, std::string hint) {
  return {.code = base::ErrorCode::kUsage,
          .what = fmt::format("cannot {} the recording of process {}",
                              action == "status" ? "tell the status of" : action, pid),
          .why = std::move(why),
          .hint = std::move(hint),
          .exit_status = cli::kExitFailed};
}

bool is_of(const Json& status, int pid) {
  for (const char* who : {"collector", "launcher", "command"})
    if (status.value(who, 0) == pid && pid > 1) return true;
  const auto processes = status.find("processes");
  return processes != status.end() &&
         std::ranges::any_of(*processes, [pid](const Json& process) { return process.value("pid", 0) == pid; });
}

// The door of the recorder that follows `pid`.
base::Result<std::string> find_door(const std::string& action, int pid) {
  bool refused = false;
  for (const std::string& door : collector::doors()) {
    const auto answer = collector::ask(door, "status", kFindingMs);
    if (!answer) continue;
    const Json status = Json::parse(*answer, nullptr, false);
    if (!status.is_object()) continue;
    if (status.contains("error"))
      refused = true;
    else if (is_of(status, pid))
      return door;
  }
  if (kill(pid, 0) != 0 && errno == ESRCH)
    return base::fail(cannot(action, pid, "there is no such process", "`pgrep -a NAME` finds the number of a program"));
  if (refused)
    return base::fail(cannot(action, pid, "it is not recorded by this user, and others do not answer us",
                             "run this as the user who records it, or as root"));
  return base::fail(cannot(action, pid, "it is not being recorded",
                           "a recording begins with the program: `heapreel record --paused CMD`, then `heapreel ctl "
                           "start PID`; and ctl must run on the same machine and in the same network namespace"));
}

}  // namespace

base::Result<int> run_ctl(const cli::Arguments& arguments) {
  const std::string action = arguments.positional("ACTION");
  constexpr std::array<std::string_view, 4> kActions = {"start", "stop", "snapshot", "status"};
  if (std::ranges::find(kActions, action) == kActions.end())
    return base::fail(cli::usage_error(arguments.command(), fmt::format("unknown action '{}'", action),
                                       "expected start, stop, snapshot or status"));
  const std::string text = arguments.positional("PID");
  int pid = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), pid);
  if (fault != std::errc() || end != text.data() + text.size() || pid <= 0)
    return base::fail(cli::usage_error(arguments.command(), fmt::format("bad process id '{}'", text),
                                       "expected a number, as `pgrep -a NAME` prints it"));
  const auto door = find_door(action, pid);
  if (!door) return base::fail(door.error());
  const auto answer = collector::ask(*door, action, kAnsweringMs);
  if (!answer)
    return base::fail(cannot(action, pid, answer.error().why, "`heapreel ctl status` says whether it lives"));
  const Json said = Json::parse(*answer, nullptr, false);
  if (!said.is_object() || said.contains("error"))
    return base::fail(cannot(action, pid, said.is_object() ? said.value("error", "") : "it did not answer",
                             "`heapreel ctl status` says how it stands"));
  cli::standard_output().write(*answer + "\n");
  return cli::kExitOk;
}

}  // namespace heapreel::commands
