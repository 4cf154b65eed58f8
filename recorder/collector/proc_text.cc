// Reading /proc.
#include "recorder/collector/proc_text.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

#include "trace_format/base/file.h"

namespace heapreel::collector {

std::string read_proc(const std::string& path) {
  const base::Fd file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::string text;
  std::array<char, 16384> piece;
  while (file.valid()) {
    const ssize_t bytes = read(file.get(), piece.data(), piece.size());
    if (bytes < 0 && errno == EINTR) continue;
    if (bytes <= 0) break;
    text.append(piece.data(), static_cast<size_t>(bytes));
  }
  return text;
}

}  // namespace heapreel::collector
