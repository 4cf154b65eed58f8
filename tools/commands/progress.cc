// The progress line.
#include "tools/commands/progress.h"

#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>

#include "tools/cli/quantity.h"
#include "tools/cli/tell.h"

namespace heapreel::commands {
namespace {

constexpr auto kInterval = std::chrono::milliseconds(100);

}  // namespace

Progress::Progress(std::string verb)
    : verb_(std::move(verb)),
      wanted_(::isatty(STDERR_FILENO) == 1),
      next_(std::chrono::steady_clock::now() + kInterval) {}

Progress::~Progress() {
  if (shown_) std::fputs("\r\033[K", stderr);
}

void Progress::events(uint64_t done) {
  const auto now = std::chrono::steady_clock::now();
  if (!wanted_ || now < next_) return;
  next_ = now + kInterval;
  shown_ = true;
  cli::tell("\r\033[K{} {} events", verb_, cli::format_count(done));
  std::fflush(stderr);
}

}  // namespace heapreel::commands
