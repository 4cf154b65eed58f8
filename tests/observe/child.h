// The child that the tests of observe/ watch (observed_child.cc), from its parent's side.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <sys/types.h>
#include <vector>

namespace heapreel::observe::tests {

inline constexpr uint64_t kMib = uint64_t{1} << 20;
// Counters of the kernel are batched, and the child's own stack and stdio move a little.
inline constexpr uint64_t kSlack = 512 << 10;

class Child {
 public:
  // With a library preloaded, if one is named.
  explicit Child(const std::string& preload = {});
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  // Kills and reaps it.
  ~Child();

  pid_t pid() const { return pid_; }
  // Sends a line; the child's answer, when it has done what it was told.
  std::string ask(const std::string& line);
  uint64_t number(const std::string& line);
  std::vector<uint64_t> numbers(const std::string& line);
  void kill_it() const;
  void reap();

 private:
  pid_t pid_ = -1;
  std::FILE* to_ = nullptr;
  std::FILE* from_ = nullptr;
};

// RssAnon as /proc/PID/status says it: a reading of our own, to compare with.
uint64_t rss_anon_by_status(pid_t pid);

}  // namespace heapreel::observe::tests
