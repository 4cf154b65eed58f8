// Draws balls of numbered colours from an urn, without putting them back, unless told to: in the end each colour came
// as often as it was put in, in an order of chance. A draw costs the logarithm of the number of colours (Fenwick's
// tree).
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include "tools/workloads/stage/random.h"

namespace heapreel::like {

class Urn {
 public:
  // `balls` of each colour.
  explicit Urn(const std::vector<uint64_t>& balls) : sums_(balls.size() + 1) {
    for (size_t colour = 1; colour < sums_.size(); ++colour) {
      sums_[colour] += balls[colour - 1];
      left_ += balls[colour - 1];
      if (const size_t above = colour + (colour & (~colour + 1)); above < sums_.size()) sums_[above] += sums_[colour];
    }
  }
  Urn() : Urn(std::vector<uint64_t>()) {}

  uint64_t left() const { return left_; }

  // Only while there is one left.
  size_t draw(workloads::Random& random) {
    uint64_t rank = random.below(left_--);
    size_t at = 0;
    for (size_t stride = std::bit_floor(sums_.size() - 1); stride != 0; stride /= 2) {
      if (at + stride >= sums_.size() || sums_[at + stride] > rank) {
        if (at + stride < sums_.size()) --sums_[at + stride];
        continue;
      }
      at += stride;
      rank -= sums_[at];
    }
    return at;
  }

  void put_back(size_t colour) {
    ++left_;
    for (size_t at = colour + 1; at < sums_.size(); at += at & (~at + 1)) ++sums_[at];
  }

 private:
  std::vector<uint64_t> sums_;  // Fenwick's, from 1
  uint64_t left_ = 0;
};

}  // namespace heapreel::like
