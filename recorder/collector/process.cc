// Looking at processes from outside.
#include "recorder/collector/process.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <fmt/format.h>
#include <sstream>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "recorder/collector/proc_text.h"
#include "recorder/ring/session.h"

namespace heapreel::collector {
namespace {

// struct pidfd_info of linux/pidfd.h, first version; older headers do not have it.
struct PidfdInfo {
  uint64_t mask;
  uint64_t cgroup_id;
  uint32_t ids[11];  // pid, tgid, ppid, then user and group ids
  int32_t exit_code;
};
static_assert(sizeof(PidfdInfo) == 64);
constexpr uint64_t kPidfdInfoExit = 1 << 3;

}  // namespace

reel::proto::Ending ending_of(const ProcessEnd& end) {
  reel::proto::Ending ending;
  if (end.replaced) {
    ending.set_cause(reel::proto::Ending::FINISHED);
    ending.set_detail("replaced by exec");
    return ending;
  }
  const bool known = end.wait_status.has_value();
  if (known && WIFSIGNALED(*end.wait_status)) {
    const int signal = WTERMSIG(*end.wait_status);
    ending.set_cause(reel::proto::Ending::SIGNAL);
    ending.set_signal(signal);
    ending.set_detail(fmt::format("killed by SIG{}", sigabbrev_np(signal) != nullptr ? sigabbrev_np(signal) : "?"));
    return ending;
  }
  if (known) ending.set_exit_status(WEXITSTATUS(*end.wait_status));
  ending.set_cause(end.exit_reached ? reel::proto::Ending::FINISHED : reel::proto::Ending::ENDED_AT_ONCE);
  if (end.exit_reached) return ending;
  ending.set_detail(known ? fmt::format("ended with status {} without running its exit handlers (_exit or quick_exit)",
                                        WEXITSTATUS(*end.wait_status))
                          : "ended without running its exit handlers: _exit, quick_exit or a signal");
  return ending;
}

std::string executable_of(int pid) {
  std::array<char, 4096> path;
  const ssize_t bytes = readlink(fmt::format("/proc/{}/exe", pid).c_str(), path.data(), path.size());
  return bytes > 0 ? std::string(path.data(), static_cast<size_t>(bytes)) : std::string();
}

std::vector<std::string> command_of(int pid) {
  const std::string text = read_proc(fmt::format("/proc/{}/cmdline", pid));
  std::vector<std::string> words;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\0', at), text.size());
    words.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

// After the name, which stands in parentheses and may hold anything: state, parent.
int parent_of(int pid) {
  const std::string text = read_proc(fmt::format("/proc/{}/stat", pid));
  const size_t name_end = text.rfind(')');
  if (name_end == std::string::npos || name_end + 4 > text.size()) return 0;
  return std::atoi(text.c_str() + name_end + 4);
}

std::string base_name(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

std::string with_word(const std::string& path, const std::string& word) {
  constexpr std::string_view kSuffix = ".reel";
  if (!path.ends_with(kSuffix)) return path + "." + word;
  return path.substr(0, path.size() - kSuffix.size()) + "." + word + std::string(kSuffix);
}

bool is_alive(int pid) {
  const std::string text = read_proc(fmt::format("/proc/{}/stat", pid));
  const size_t name_end = text.rfind(')');
  return name_end != std::string::npos && name_end + 2 < text.size() && text[name_end + 2] != 'Z' &&
         text[name_end + 2] != 'X';
}

bool maps_pool(int pid, uint64_t inode) {
  std::istringstream maps(read_proc(fmt::format("/proc/{}/maps", pid)));
  const std::string name = fmt::format("/memfd:{}", ring::kPoolName);
  const std::string number = fmt::format(" {} ", inode);
  for (std::string line; std::getline(maps, line);)
    if (line.find(name) != std::string::npos && line.find(number) != std::string::npos) return true;
  return false;
}

std::optional<int> wait_status_of(const base::Fd& pidfd) {
  PidfdInfo info{};
  info.mask = kPidfdInfoExit;
  constexpr unsigned long kGetInfo = _IOWR(0xFF, 11, PidfdInfo);
  if (!pidfd.valid() || ioctl(pidfd.get(), kGetInfo, &info) != 0 || (info.mask & kPidfdInfoExit) == 0) return {};
  return info.exit_code;
}

}  // namespace heapreel::collector
