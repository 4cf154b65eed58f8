// A line on standard error that says how far a long command has come. Only for a person at a terminal; gone at the end.
#pragma once

#include <chrono>
#include <string>

namespace heapreel::commands {

class Progress {
 public:
  explicit Progress(std::string verb);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void events(uint64_t done);

 private:
  std::string verb_;
  bool shown_ = false;
  bool wanted_;
  std::chrono::steady_clock::time_point next_;
};

}  // namespace heapreel::commands
