// The functions of reference_run.h.
#include "recorder/observe/reference_run.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "recorder/observe/process_files.h"
#include "trace_format/base/ticks.h"
#include "trace_format/store/memory_samples.h"

namespace heapreel::observe {
namespace {

constexpr std::array kInterrupts = {SIGINT, SIGQUIT, SIGTERM, SIGHUP};

std::atomic<pid_t> running{0};    // the command, for the handler
std::atomic<int> interrupted{0};  // the last signal that came
static_assert(std::atomic<pid_t>::is_always_lock_free, "a signal handler touches them");

void on_interrupt(int number, siginfo_t* info, void*) {
  const int errno_before = errno;
  interrupted.store(number, std::memory_order_relaxed);
  const pid_t pid = running.load(std::memory_order_relaxed);
  if (info->si_code <= 0 && pid > 0) kill(pid, number);  // sent by a process to us; a terminal sends to the whole group
  errno = errno_before;
}

// Our handlers, as long as this lives. A signal that is ignored stays so: that is inherited (nohup).
class Interrupts {
 public:
  Interrupts() {
    interrupted = 0;
    struct sigaction ours {};
    ours.sa_sigaction = on_interrupt;
    ours.sa_flags = SA_SIGINFO | SA_RESTART;
    sigemptyset(&ours.sa_mask);
    for (size_t i = 0; i < kInterrupts.size(); ++i) {
      sigaction(kInterrupts[i], nullptr, &before_[i]);
      if (before_[i].sa_handler != SIG_IGN) sigaction(kInterrupts[i], &ours, nullptr);
    }
  }
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;
  ~Interrupts() {
    running = 0;
    for (size_t i = 0; i < kInterrupts.size(); ++i) sigaction(kInterrupts[i], &before_[i], nullptr);
  }

 private:
  std::array<struct sigaction, kInterrupts.size()> before_{};
};

uint64_t monotonic_ns() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<uint64_t>(time.tv_sec) * base::kNsPerSecond + static_cast<uint64_t>(time.tv_nsec);
}

uint64_t to_ns(const timeval& time) {
  return static_cast<uint64_t>(time.tv_sec) * base::kNsPerSecond + static_cast<uint64_t>(time.tv_usec) * 1000;
}

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> list;
  for (std::string& word : words) list.push_back(word.data());
  list.push_back(nullptr);
  return list;
}

bool redirect(int null_fd, const ReferenceOptions& options) {
  if (!options.keep_input && dup2(null_fd, 0) < 0) return false;
  return options.keep_outputs || (dup2(null_fd, 1) >= 0 && dup2(null_fd, 2) >= 0);
}

// In the child: becomes the command, or says why not through the pipe. Calls nothing that could need a lock.
[[noreturn]] void become(char* const* command, char* const* environment, int null_fd, int report_fd,
                         const sigset_t& mask, const ReferenceOptions& options) {
  for (const int number : kInterrupts)  // a handler of ours must not run in the child
    if (struct sigaction now{}; sigaction(number, nullptr, &now) == 0 && now.sa_handler != SIG_IGN)
      signal(number, SIG_DFL);
  pthread_sigmask(SIG_SETMASK, &mask, nullptr);
  if (redirect(null_fd, options)) execvpe(command[0], command, environment);
  const int error = errno;
  (void)!write(report_fd, &error, sizeof error);
  _exit(127);
}

struct Started {
  pid_t pid = -1;
  uint64_t start_ns = 0;
};

base::Error start_error(const std::string& command, int sys_errno) {
  base::Error error = base::system_error(fmt::format("cannot run {}", command), sys_errno);
  if (sys_errno == ENOENT) error.hint = "check the name of the command, and PATH";
  if (sys_errno == EACCES) error.hint = "it may not be executable: `chmod +x` makes it so";
  return error;
}

// Starts the command and waits until it is itself: the pipe closes at exec.
base::Result<Started> start(std::vector<std::string> command, std::vector<std::string> environment,
                            const ReferenceOptions& options) {
  const std::string name = command[0];
  const base::Fd null_fd(open("/dev/null", O_RDWR | O_CLOEXEC));
  std::array<int, 2> ends{};
  if (!null_fd.valid() || pipe2(ends.data(), O_CLOEXEC) != 0) return base::fail(start_error(name, errno));
  const base::Fd report(ends[0]);
  base::Fd report_in(ends[1]);
  const std::vector<char*> words = pointers(command);
  const std::vector<char*> variables = pointers(environment);
  Started started{.start_ns = monotonic_ns()};
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);  // a signal must not meet our handlers in the child
  started.pid = fork();
  if (started.pid == 0) become(words.data(), variables.data(), null_fd.get(), report_in.get(), before, options);
  const int fork_errno = errno;
  running = std::max(started.pid, 0);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (started.pid < 0) return base::fail(start_error(name, fork_errno));
  report_in = base::Fd();
  int child_errno = 0;
  ssize_t got = 0;
  while ((got = read(report.get(), &child_errno, sizeof child_errno)) < 0 && errno == EINTR) {
  }
  if (got <= 0) return started;
  waitpid(started.pid, nullptr, 0);
  running = 0;
  return base::fail(start_error(name, child_errno));
}

// Reads RssAnon until the process ends.
std::vector<reel::MemoryPoint> watch(pid_t pid, uint64_t period_ns) {
  std::vector<reel::MemoryPoint> points;
  const base::Fd ending(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  const auto files = ProcessFiles::open(pid);
  if (!ending.valid() || !files) return points;
  const uint64_t start_ns = monotonic_ns();
  for (uint64_t next_ns = start_ns;; next_ns += period_ns) {
    if (const auto reading = files->memory())
      points.push_back({.time = monotonic_ns() - start_ns, .rss_anon_bytes = reading->rss_anon_bytes});
    const uint64_t now_ns = monotonic_ns();
    const uint64_t left_ns = next_ns + period_ns > now_ns ? next_ns + period_ns - now_ns : 0;
    timespec rest{.tv_sec = static_cast<time_t>(left_ns / base::kNsPerSecond),
                  .tv_nsec = static_cast<long>(left_ns % base::kNsPerSecond)};
    pollfd wanted{.fd = ending.get(), .events = POLLIN, .revents = 0};
    if (ppoll(&wanted, 1, &rest, nullptr) > 0) return points;
    if (left_ns == 0) next_ns = now_ns;
  }
}

int exit_status(int status) { return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status); }

base::Status check_interrupted(const std::string& command) {
  const int number = interrupted.load();
  if (number == 0) return {};
  return base::fail({.code = base::ErrorCode::kIo,
                     .what = fmt::format("the reference run of {} was interrupted", command),
                     .why = fmt::format("signal {} ({})", number, strsignal(number)),
                     .hint = "without --reference it would be recorded at once",
                     .sys_errno = EINTR});
}

// Whether a preloaded library is our shim.
bool is_shim(std::string_view path) {
  const size_t slash = path.rfind('/');
  return path.substr(slash == std::string_view::npos ? 0 : slash + 1).starts_with("libheapreel");
}

// "LD_PRELOAD=a:b c" without our shim; empty if nothing is left.
std::string clean_preload(std::string_view variable) {
  constexpr std::string_view kName = "LD_PRELOAD=";
  std::string kept;
  variable.remove_prefix(kName.size());
  while (!variable.empty()) {
    const size_t end = std::min(variable.find_first_of(": "), variable.size());
    const std::string_view library = variable.substr(0, end);
    variable.remove_prefix(std::min(end + 1, variable.size()));
    if (!library.empty() && !is_shim(library)) kept += fmt::format("{}{}", kept.empty() ? "" : ":", library);
  }
  return kept.empty() ? kept : std::string(kName) + kept;
}

}  // namespace

std::vector<std::string> without_recorder(const std::vector<std::string>& environment) {
  std::vector<std::string> kept;
  for (const std::string& variable : environment) {
    if (variable.starts_with("HEAPREEL_")) continue;
    std::string clean = variable.starts_with("LD_PRELOAD=") ? clean_preload(variable) : variable;
    if (!clean.empty()) kept.push_back(std::move(clean));
  }
  return kept;
}

base::Result<reel::proto::Reference> run_reference(const std::vector<std::string>& command,
                                                   const std::vector<std::string>& environment,
                                                   const ReferenceOptions& options) {
  if (command.empty())
    return base::fail({.code = base::ErrorCode::kUsage, .what = "no command to run", .hint = "name one behind `--`"});
  const Interrupts interrupts;
  const auto started = start(command, without_recorder(environment), options);
  if (!started) return base::fail(started.error());
  const std::vector<reel::MemoryPoint> points = watch(started->pid, options.period_ns);
  siginfo_t ended{};
  while (waitid(P_PID, static_cast<id_t>(started->pid), &ended, WEXITED | WNOWAIT) < 0 && errno == EINTR) {
  }
  const uint64_t end_ns = monotonic_ns();
  running = 0;  // before its number is free for others
  int status = 0;
  rusage used{};
  wait4(started->pid, &status, 0, &used);
  HEAPREEL_TRY(check_interrupted(command[0]));
  const reel::RssFigures rss = reel::rss_figures(points);
  reel::proto::Reference reference;
  reference.set_wall_ns(end_ns - started->start_ns);
  reference.set_user_ns(to_ns(used.ru_utime));
  reference.set_system_ns(to_ns(used.ru_stime));
  reference.set_minor_faults(static_cast<uint64_t>(used.ru_minflt));
  reference.set_major_faults(static_cast<uint64_t>(used.ru_majflt));
  reference.set_rss_peak_bytes(rss.peak_bytes);
  reference.set_rss_mean_bytes(rss.mean_bytes);
  reference.set_exit_status(exit_status(status));
  return reference;
}

}  // namespace heapreel::observe
