// Standard output: buffered, and honest about what could not be written.
//
// A command prints and goes on; the first failure is kept, later writes are dropped, and main() reports it through
// finish(). Long loops ask ok() now and then, so that `heapreel dump big.reel | head` ends with head.
#pragma once

#include <fmt/format.h>
#include <string>
#include <string_view>
#include <utility>

#include "trace_format/base/result.h"

namespace heapreel::cli {

class Output {
 public:
  // Borrows `fd`.
  explicit Output(int fd) : fd_(fd) {}
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  void write(std::string_view text);

  template <class... Values>
  void print(fmt::format_string<Values...> format, Values&&... values) {
    fmt::format_to(std::back_inserter(buffer_), format, std::forward<Values>(values)...);
    if (buffer_.size() >= kFlushBytes) flush();
  }

  // False once anything could not be written: nobody will see the rest.
  bool ok() const { return failure_ == 0; }

  void flush();

  // Writes what is left. The error of a reader that went away has sys_errno EPIPE, and is_broken_pipe() knows it.
  base::Status finish();

 private:
  static constexpr size_t kFlushBytes = size_t{64} << 10;

  int fd_;
  int failure_ = 0;  // errno of the first failed write
  std::string buffer_;
};

// The process's standard output. Flushed by main(), whatever the command returns.
Output& standard_output();

// The reader of standard output closed it before the end: not an error, by custom of pipelines.
bool is_broken_pipe(const base::Error& error);

}  // namespace heapreel::cli
