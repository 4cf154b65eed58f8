// One line for a person at a terminal, written between runs only: nothing moves while something is measured.
#pragma once

#include <cstdio>
#include <fmt/format.h>
#include <string>
#include <unistd.h>

#include "tools/cli/tell.h"

namespace heapreel::commands {

class PassLine {
 public:
  PassLine() = default;
  PassLine(const PassLine&) = delete;
  PassLine& operator=(const PassLine&) = delete;
  ~PassLine() {
    if (shown_) cli::tell("\r\033[K");
  }
  void show(const std::string& what, uint64_t done, uint64_t of) {
    if (!wanted_) return;
    shown_ = true;
    cli::tell("\r\033[K{}: {} of {}", what, done, of);
    (void)std::fflush(stderr);
  }

 private:
  bool wanted_ = ::isatty(STDERR_FILENO) == 1;
  bool shown_ = false;
};

}  // namespace heapreel::commands
