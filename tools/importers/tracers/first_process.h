// Of a trace that several processes wrote, only the first one's calls make a reel: each has addresses of its own.
#pragma once

#include <cstdint>
#include <string>

namespace heapreel::importers {

class FirstProcess {
 public:
  // Whether a line of this process counts.
  bool takes(uint64_t process) {
    if (!known_) first_ = process;
    known_ = true;
    if (process == first_) return true;
    ++left_out_;
    return false;
  }

  uint64_t left_out() const { return left_out_; }
  // What the user should know of what was left out.
  std::string remark() const {
    return std::to_string(left_out_) + " calls of other processes than " + std::to_string(first_) +
           " were left out: a reel holds one process";
  }

 private:
  uint64_t first_ = 0;
  uint64_t left_out_ = 0;
  bool known_ = false;
};

}  // namespace heapreel::importers
