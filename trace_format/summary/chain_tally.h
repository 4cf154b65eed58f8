// Chains of reallocs: what one growing object costs from its first birth to its end. Memory: 16 bytes for each living
// object that was reallocated.
#pragma once

#include <algorithm>
#include <array>
#include <bit>

#include "trace_format/summary/portrait.h"

namespace heapreel::reel {

class ChainTally {
 public:
  // A realloc from a block whose chain is `chain` (0: none yet). Returns the chain of the block it made.
  uint32_t extend(uint32_t chain, uint64_t old_bytes, uint64_t new_bytes, bool moved) {
    totals_.calls += 1;
    totals_.moved += moved ? 1 : 0;
    (new_bytes > old_bytes ? totals_.grow : new_bytes < old_bytes ? totals_.shrink : totals_.same) += 1;
    const uint64_t could_copy = std::min(old_bytes, new_bytes);
    totals_.bytes_could_copy += could_copy;
    if (chain == 0) chain = new_chain();
    chains_[chain].length += 1;
    chains_[chain].could_copy += could_copy;
    return chain;
  }

  // The object at the end of a chain is gone, or the reel is over.
  void end(uint32_t chain, uint64_t final_bytes) {
    if (chain == 0) return;
    const Chain& ended = chains_[chain];
    ReallocChains& bin = ended_[static_cast<size_t>(std::bit_width(ended.length - 1))];
    bin.objects += 1;
    bin.bytes_could_copy += ended.could_copy;
    bin.final_bytes += final_bytes;
    totals_.chain_length_max = std::max(totals_.chain_length_max, ended.length);
    unused_.push_back(chain);
  }

  ReallocPortrait finish() const {
    ReallocPortrait portrait = totals_;
    for (size_t i = 0; i < ended_.size(); ++i) {
      if (ended_[i].objects == 0) continue;
      portrait.chains.push_back(ended_[i]);
      portrait.chains.back().length_max = uint64_t{1} << i;
    }
    return portrait;
  }

 private:
  struct Chain {
    uint64_t length = 0;
    uint64_t could_copy = 0;
  };

  uint32_t new_chain() {
    if (unused_.empty()) {
      chains_.emplace_back();
      return static_cast<uint32_t>(chains_.size() - 1);
    }
    const uint32_t chain = unused_.back();
    unused_.pop_back();
    chains_[chain] = {};
    return chain;
  }

  std::vector<Chain> chains_{1};  // the first is never used
  std::vector<uint32_t> unused_;
  ReallocPortrait totals_;
  std::array<ReallocChains, 64> ended_{};  // [k]: up to 2^k reallocs
};

}  // namespace heapreel::reel
