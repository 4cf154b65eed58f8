// Lines (or records) of a trace that could not be understood: all counted, the first few kept, more than a limit
// refused.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace heapreel::importers {

struct BadLine {
  uint64_t number = 0;
  std::string text{};  // fit to be shown: escaped and cut
  std::string why{};
};

class BadLines {
 public:
  static constexpr size_t kKept = 5;

  explicit BadLines(uint64_t max) : max_(max) {}

  // False if that is one too many; then it is the last one kept.
  bool add(uint64_t number, std::string_view text, std::string_view why);

  uint64_t count() const { return count_; }
  uint64_t max() const { return max_; }
  const std::vector<BadLine>& first() const { return first_; }
  const BadLine& last() const { return last_; }

 private:
  uint64_t max_;
  uint64_t count_ = 0;
  std::vector<BadLine> first_;
  BadLine last_;
};

// Foreign text as one line of ASCII: what could steer a terminal is escaped, what is long is cut.
std::string shown_text(std::string_view text);

}  // namespace heapreel::importers
