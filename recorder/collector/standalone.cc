// Helper, guardian, collector.
#include "recorder/collector/standalone.h"

#include <cerrno>
#include <csignal>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "recorder/collector/collector.h"
#include "recorder/collector/detach.h"
#include "recorder/collector/mend.h"

namespace heapreel::collector {
namespace {

// Whatever the program was started with must not become ours: a guardian that ignores SIGCHLD waits for nobody. What
// asks people's programs to end does not end us; we end when the program has.
void take_own_signals() {
  (void)std::signal(SIGCHLD, SIG_DFL);
  sigset_t deaf;
  sigemptyset(&deaf);
  for (const int signal : {SIGINT, SIGQUIT, SIGTERM, SIGHUP}) sigaddset(&deaf, signal);
  (void)sigprocmask(SIG_SETMASK, &deaf, nullptr);
}

[[noreturn]] void collect(const RecordOptions& options, SharedPool& pool, Board& board, base::Fd socket) {
  Collector collector(options, pool, board, base::Fd());
  send_descriptor(socket.get(), pool.fd());
  socket = base::Fd();
  collector.run();
  _exit(0);
}

[[noreturn]] void guard(const RecordOptions& options, SharedPool& pool, Board& board, base::Fd socket) {
  leave_the_terminal({socket.get(), pool.fd()});
  const int child = fork();
  if (child == 0) collect(options, pool, board, std::move(socket));
  socket = base::Fd();
  int status = 0;
  while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (child > 0 && board.clean.load() == 0) {
    pool.header().recording.store(ring::Recording::kOver);
    pool.header().space.fetch_add(1);
    wake(pool.header().space, 1 << 30);
    mend_unfinished(options.output, child,
                    WIFSIGNALED(status) ? fmt::format("the collector was killed by signal {}", WTERMSIG(status))
                                        : "the collector ended unexpectedly",
                    options.overwrite);
  }
  _exit(0);
}

}  // namespace

base::Status collect_alone(const RecordOptions& options, int socket) {
  take_own_signals();
  auto pool = SharedPool::create(options.pool_chunks, options.pool);
  if (!pool) return base::fail(std::move(pool).error());
  void* const memory = mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return base::fail(base::system_error("cannot start the collector", errno));
  pool->begin(options.paused);
  const int guardian = fork();
  if (guardian < 0) return base::fail(base::system_error("cannot start the collector", errno));
  if (guardian == 0) guard(options, *pool, *static_cast<Board*>(memory), base::Fd(socket));
  return {};
}

}  // namespace heapreel::collector
