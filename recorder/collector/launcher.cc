// Starting collector and command, and waiting.
#include "recorder/collector/launcher.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "recorder/collector/collector.h"
#include "recorder/collector/detach.h"
#include "recorder/collector/mend.h"

namespace heapreel::collector {
namespace {

constexpr int kTickMs = 250;

// Of the launcher: they reach it through a descriptor, and the command with the mask it would have had.
sigset_t handled_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGCHLD}) sigaddset(&set, signal);
  return set;
}

std::vector<std::string> recorded_environment(const std::vector<std::string>& environment, const std::string& shim,
                                              const std::string& session) {
  std::vector<std::string> result;
  std::string preload = shim;
  for (const std::string& entry : environment) {
    if (entry.starts_with("LD_PRELOAD="))
      preload += ":" + entry.substr(std::strlen("LD_PRELOAD="));
    else if (!entry.starts_with(std::string(ring::kSessionVariable) + "="))
      result.push_back(entry);
  }
  result.push_back("LD_PRELOAD=" + preload);
  result.push_back(std::string(ring::kSessionVariable) + "=" + session);
  return result;
}

std::vector<char*> pointers(const std::vector<std::string>& words) {
  std::vector<char*> result;
  for (const std::string& word : words) result.push_back(const_cast<char*>(word.c_str()));
  result.push_back(nullptr);
  return result;
}

class Launch {
 public:
  Launch(const RecordOptions& options, SharedPool pool, Board& board, const LaunchHooks& hooks)
      : options_(options), pool_(std::move(pool)), board_(board), hooks_(hooks) {}

  base::Status start_collector();
  base::Status start_command(const std::string& shim, const std::vector<std::string>& environment);
  LaunchResult wait();

 private:
  void tell(LauncherMessage::Kind kind, int pid, int wait_status);
  void on_signals();
  void reap();
  void collector_died(int status);
  void wait_for_reel();

  const RecordOptions& options_;
  SharedPool pool_;
  Board& board_;
  const LaunchHooks& hooks_;
  base::Fd collector_socket_;
  base::Fd signals_;
  sigset_t mask_before_{};
  int collector_ = 0;
  int command_ = 0;
  int command_status_ = 0;
  bool command_ended_ = false;
  bool collector_ended_ = false;
  bool collector_failed_ = false;
};

base::Status Launch::start_collector() {
  const sigset_t handled = handled_signals();
  sigprocmask(SIG_BLOCK, &handled, &mask_before_);
  signals_ = base::Fd(signalfd(-1, &handled, SFD_CLOEXEC | SFD_NONBLOCK));
  int sockets[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0)
    return base::fail(base::system_error("cannot start the collector", errno));
  collector_socket_ = base::Fd(sockets[0]);
  base::Fd theirs(sockets[1]);
  collector_ = fork();
  if (collector_ < 0) return base::fail(base::system_error("cannot start the collector", errno));
  if (collector_ > 0) return {};
  collector_socket_ = base::Fd();
  signals_ = base::Fd();
  leave_the_terminal({theirs.get(), pool_.fd()});
  Collector(options_, pool_, board_, std::move(theirs)).run();
  _exit(0);
}

base::Status Launch::start_command(const std::string& shim, const std::vector<std::string>& environment) {
  const std::vector<std::string> variables = recorded_environment(environment, shim, pool_.session_text(collector_));
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  posix_spawnattr_setsigmask(&attributes, &mask_before_);
  sigset_t defaults;
  sigemptyset(&defaults);
  for (const int signal : options_.signals_to_reset) sigaddset(&defaults, signal);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  const int failed = posix_spawnp(&command_, options_.command.front().c_str(), nullptr, &attributes,
                                  pointers(options_.command).data(), pointers(variables).data());
  posix_spawnattr_destroy(&attributes);
  if (failed == 0) {
    tell(LauncherMessage::kStarted, command_, 0);
    return {};
  }
  kill(collector_, SIGKILL);
  waitpid(collector_, nullptr, 0);
  base::Error error = base::system_error(fmt::format("cannot run {}", options_.command.front()), failed);
  error.hint = failed == ENOENT ? "check the name of the command and PATH" : "check that the file may be executed";
  return base::fail(std::move(error));
}

void Launch::tell(LauncherMessage::Kind kind, int pid, int wait_status) {
  const LauncherMessage message{.kind = kind, .pid = pid, .wait_status = wait_status};
  (void)send(collector_socket_.get(), &message, sizeof message, MSG_NOSIGNAL);
}

// A signal from the terminal reaches the command by itself; one that was sent to us alone is passed on.
void Launch::on_signals() {
  signalfd_siginfo info{};
  while (read(signals_.get(), &info, sizeof info) == sizeof info) {
    const int signal = static_cast<int>(info.ssi_signo);
    if (signal != SIGCHLD && info.ssi_code != SI_KERNEL && !command_ended_) kill(command_, signal);
  }
}

void Launch::reap() {
  int status = 0;
  if (!command_ended_ && waitpid(command_, &status, WNOHANG) == command_) {
    command_ended_ = true;
    command_status_ = status;
    tell(LauncherMessage::kEnded, command_, status);
  }
  if (!collector_ended_ && waitpid(collector_, &status, WNOHANG) == collector_) {
    collector_ended_ = true;
    if (board_.clean.load() == 0) collector_died(status);
  }
}

// The program's threads must not wait for one who is dead; what was written is made whole when the command has ended.
void Launch::collector_died(int status) {
  collector_failed_ = true;
  pool_.header().recording.store(ring::Recording::kOver);
  pool_.header().space.fetch_add(1);
  wake(pool_.header().space, 1 << 30);
  const std::string why = WIFSIGNALED(status) ? fmt::format("the collector was killed by signal {}", WTERMSIG(status))
                                              : "the collector ended unexpectedly";
  mend_unfinished(options_.output, collector_, why, options_.overwrite);
}

void Launch::wait_for_reel() {
  while (board_.settled.load() == 0 && !collector_ended_) {
    sleep_on(board_.settled, 0, 20'000'000);
    on_signals();
    reap();
  }
}

LaunchResult Launch::wait() {
  pollfd waiting{.fd = signals_.get(), .events = POLLIN, .revents = 0};
  while (!command_ended_) {
    (void)poll(&waiting, 1, kTickMs);
    on_signals();
    reap();
    if (!command_ended_ && hooks_.on_tick) hooks_.on_tick(board_);
  }
  wait_for_reel();
  if (hooks_.on_end) hooks_.on_end(board_);
  sigprocmask(SIG_SETMASK, &mask_before_, nullptr);
  const int status = WIFSIGNALED(command_status_) ? 128 + WTERMSIG(command_status_) : WEXITSTATUS(command_status_);
  return {.exit_status = status, .greeted = board_.greeted.load() != 0, .collector_failed = collector_failed_};
}

}  // namespace

base::Result<LaunchResult> launch(const RecordOptions& options, const std::string& shim,
                                  const std::vector<std::string>& environment, const LaunchHooks& hooks) {
  auto pool = SharedPool::create(options.pool_chunks, options.pool);
  if (!pool) return base::fail(std::move(pool).error());
  void* const memory = mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return base::fail(base::system_error("cannot start the collector", errno));
  pool->begin(options.paused);
  Launch launch(options, std::move(*pool), *static_cast<Board*>(memory), hooks);
  HEAPREEL_TRY(launch.start_collector());
  HEAPREEL_TRY(launch.start_command(shim, environment));
  return launch.wait();
}

}  // namespace heapreel::collector
