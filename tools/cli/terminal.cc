// Questions to the kernel and the environment about fds 0, 1 and 2.
#include "tools/cli/terminal.h"

#include <algorithm>
#include <cstdlib>
#include <fcntl.h>
#include <string_view>
#include <sys/ioctl.h>
#include <unistd.h>

namespace heapreel::cli {
namespace {

constexpr size_t kWidthWithoutTerminal = 80;
constexpr size_t kNarrowest = 40;
constexpr size_t kWidest = 100;

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

}  // namespace

bool wants_colour(int fd) {
  return isatty(fd) == 1 && environment("NO_COLOR").empty() && environment("TERM") != "dumb";
}

size_t text_width(int fd) {
  winsize size{};
  if (isatty(fd) != 1 || ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kWidthWithoutTerminal;
  return std::clamp<size_t>(size.ws_col, kNarrowest, kWidest);
}

void occupy_closed_standard_streams() {
  // Opened the wrong way round on purpose: reading or writing the stand-in gives EBADF. open() returns the lowest
  // free number, so going upwards each one lands where it is wanted.
  for (int fd = 0; fd <= 2; ++fd) {
    if (fcntl(fd, F_GETFD) != -1) continue;
    (void)open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
  }
}

}  // namespace heapreel::cli
