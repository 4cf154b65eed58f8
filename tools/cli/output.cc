// write(2) until done, EINTR retried, the first errno kept.
#include "tools/cli/output.h"

#include <cerrno>
#include <system_error>
#include <unistd.h>

namespace heapreel::cli {
namespace {

constexpr std::string_view kWhat = "cannot write to standard output";

}  // namespace

void Output::write(std::string_view text) {
  buffer_ += text;
  if (buffer_.size() >= kFlushBytes) flush();
}

void Output::flush() {
  std::string_view rest = buffer_;
  while (ok() && !rest.empty()) {
    const ssize_t written = ::write(fd_, rest.data(), rest.size());
    if (written >= 0) {
      rest.remove_prefix(static_cast<size_t>(written));
    } else if (errno != EINTR) {
      failure_ = errno;
    }
  }
  buffer_.clear();
}

base::Status Output::finish() {
  flush();
  if (ok()) return {};
  return base::fail({.code = base::ErrorCode::kIo,
                     .what = std::string(kWhat),
                     .why = std::generic_category().message(failure_),
                     .hint = {},
                     .sys_errno = failure_});
}

Output& standard_output() {
  static Output output(STDOUT_FILENO);
  return output;
}

bool is_broken_pipe(const base::Error& error) { return error.sys_errno == EPIPE && error.what == kWhat; }

}  // namespace heapreel::cli
