// Starting a runner, and what its end means.
#include "replayer/lab/run.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "replayer/lab/outcome_text.h"
#include "replayer/lab/watch.h"
#include "trace_format/base/ticks.h"

namespace heapreel::lab {
namespace {

// Where the runner finds its two files.
constexpr int kBoardFd = 3;
constexpr int kPlanFd = 4;
constexpr int kFirstFreeFd = 10;  // ours are moved up here first, out of the way of those two
constexpr int kExitNoRunner = 127;
constexpr size_t kPrintedBytesMax = 2000;

// Of our own environment a runner gets what a program can hardly do without; the rest would make rows differ by where
// the lab is run from. HEAPREEL_SHIM is for the wrapper.
constexpr const char* kKept[] = {"PATH", "HOME", "LANG", "TMPDIR", "HEAPREEL_SHIM"};

std::vector<std::string> environment_of(const RunRequest& request) {
  std::vector<std::string> entries;
  for (const char* name : kKept)
    if (const char* value = std::getenv(name); value != nullptr) entries.push_back(fmt::format("{}={}", name, value));
  const AllocatorChoice& allocator = *request.allocator;
  entries.insert(entries.end(), allocator.settings.begin(), allocator.settings.end());
  if (!allocator.preload.empty()) entries.push_back("LD_PRELOAD=" + allocator.preload);
  entries.push_back("HEAPREEL_PAD=" + std::string(request.environment_pad_bytes, '.'));
  return entries;
}

std::vector<std::string> words_of(const RunRequest& request) {
  std::vector<std::string> words = request.wrapper;
  for (std::string word : {request.allocator->runner, std::string("--board"), std::to_string(kBoardFd),
                           std::string("--plan"), std::to_string(kPlanFd)})
    words.push_back(std::move(word));
  return words;
}

std::vector<char*> pointers_of(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

template <size_t kBytes>
base::Status put_text(char (&field)[kBytes], const std::string& text, const char* what) {
  if (text.size() >= kBytes)
    return base::fail(base::Error{.code = base::ErrorCode::kLimit,
                                  .what = fmt::format("cannot tell a runner the {}", what),
                                  .why = fmt::format("'{}' has more than {} bytes", text, kBytes - 1),
                                  .hint = "move it to a shorter path"});
  std::memcpy(field, text.c_str(), text.size() + 1);
  return {};
}

// The child's part, between fork and exec: only what a signal handler might do. Never returns.
struct Child {
  char** words;
  char** environment;
  int board_fd;
  int plan_fd;
  int printed_fd;
  int null_fd;
  pid_t parent;
  const cpu_set_t* cpus;  // null: as the lab

  [[noreturn]] void run() const {
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(kExitNoRunner);
    if (cpus != nullptr) ::sched_setaffinity(0, sizeof *cpus, cpus);
    for (const int number : {SIGPIPE, SIGXFSZ, SIGINT, SIGTERM, SIGHUP}) ::signal(number, SIG_DFL);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    const int from[] = {null_fd, null_fd, printed_fd, board_fd, plan_fd};
    for (int to = 0; to <= kPlanFd; ++to) ::dup2(from[to], to);
    ::close_range(kPlanFd + 1, ~0U, 0);
    ::execve(words[0], words, environment);
    ::_exit(kExitNoRunner);
  }
};

// What the runner printed; it says nothing unless something is wrong.
std::string text_in(const base::Fd& printed) {
  char text[kPrintedBytesMax];
  const ssize_t got = ::pread(printed.get(), text, sizeof text, 0);
  return got <= 0 ? std::string() : std::string(text, static_cast<size_t>(got));
}

base::Fd moved_up(int fd) { return base::Fd(::fcntl(fd, F_DUPFD_CLOEXEC, kFirstFreeFd)); }

struct Started {
  pid_t pid = -1;
  base::Fd printed{};
};

base::Result<Started> start(const RunRequest& request, const BoardMemory& board) {
  auto words = words_of(request);
  auto entries = environment_of(request);
  std::vector<char*> word_pointers = pointers_of(words);
  std::vector<char*> entry_pointers = pointers_of(entries);
  const base::Fd board_fd = moved_up(board.fd());
  const base::Fd plan_fd = moved_up(request.plan.fd);
  const base::Fd null_opened(::open("/dev/null", O_RDWR | O_CLOEXEC));
  const base::Fd null_fd = moved_up(null_opened.get());
  const base::Fd printed_made(::memfd_create("heapreel-printed", MFD_CLOEXEC));
  Started started{.pid = -1, .printed = moved_up(printed_made.get())};
  if (!board_fd.valid() || !plan_fd.valid() || !null_fd.valid() || !started.printed.valid())
    return base::fail(base::system_error("cannot prepare the files of a runner", errno));
  cpu_set_t cpus;
  CPU_ZERO(&cpus);
  for (const int cpu : request.cpus) CPU_SET(cpu, &cpus);
  const Child child{.words = word_pointers.data(),
                    .environment = entry_pointers.data(),
                    .board_fd = board_fd.get(),
                    .plan_fd = plan_fd.get(),
                    .printed_fd = started.printed.get(),
                    .null_fd = null_fd.get(),
                    .parent = ::getpid(),
                    .cpus = request.cpus.empty() ? nullptr : &cpus};
  started.pid = ::fork();
  if (started.pid == 0) child.run();
  if (started.pid < 0) return base::fail(base::system_error("cannot start a runner", errno));
  ::setpgid(started.pid, started.pid);  // in both processes: neither knows which comes first
  return started;
}

base::Result<measure::RunOrders> orders_of(const RunRequest& request) {
  measure::RunOrders orders = request.orders;
  orders.ticks_per_second = ticks_per_second();
  orders.cpus = static_cast<uint32_t>(request.cpus.size());
  HEAPREEL_TRY(put_text(orders.builtin, request.allocator->builtin, "built-in allocator's name"));
  HEAPREEL_TRY(put_text(orders.library, request.allocator->library, "library's path"));
  return orders;
}

}  // namespace

base::Result<RunOutcome> run_once(const RunRequest& request) {
  if (::access(request.allocator->runner.c_str(), X_OK) != 0)
    return base::fail(base::system_error(fmt::format("cannot run {}", request.allocator->runner), errno));
  const auto orders = orders_of(request);
  if (!orders) return base::fail(orders.error());
  auto board = BoardMemory::create(request.plan, *orders);
  if (!board) return base::fail(std::move(board).error());
  const uint64_t began = now_ticks();
  const auto started = start(request, *board);
  if (!started) return base::fail(started.error());
  Watched seen = watch(started->pid, *board, request);
  const uint64_t wall_ticks = now_ticks() - began;
  RunOutcome outcome{.board = std::move(*board),
                     .exit_status = WIFEXITED(seen.wait_status) ? WEXITSTATUS(seen.wait_status) : 0,
                     .signal = WIFSIGNALED(seen.wait_status) ? WTERMSIG(seen.wait_status) : 0,
                     .hung = seen.hung,
                     .timed_out = seen.timed_out,
                     .rss = std::move(seen.rss),
                     .wall_ns = base::ticks_to_ns(wall_ticks, ticks_per_second()),
                     .sampler_cpu_ns = seen.sampler_cpu_ns};
  describe(outcome, request, text_in(started->printed));
  return outcome;
}

}  // namespace heapreel::lab
