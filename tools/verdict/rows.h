// The rows of a verdict: each allocator's figures beside the reference's.
#pragma once

#include "tools/verdict/verdict.h"

namespace heapreel::verdict {

// Ranges of a few rounds are no intervals to speak of: quantiles differ if all rounds of one lie beyond all of the
// other's, and by more than a bucket of the histogram.
inline constexpr double kTailClaimable = 0.25;

// Without what only all rows together can tell.
Row row_of(const lab::AllocatorResult& allocator, const lab::AllocatorResult& reference);

// Quantiles and forecasts against the reference's.
void compare_tails(std::vector<Row>& rows);
void compare_forecasts(std::vector<Row>& rows);

}  // namespace heapreel::verdict
