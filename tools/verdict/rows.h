// The rows of a verdict: each allocator's figures beside the reference's.
#pragma once

#include "tools/verdict/verdict.h"

namespace heapreel::verdict {

// Without what only all rows together can tell.
Row row_of(const lab::AllocatorResult& allocator, const lab::AllocatorResult& reference);

// Quantiles and forecasts against the reference's.
void compare_tails(std::vector<Row>& rows);
void compare_forecasts(std::vector<Row>& rows);

}  // namespace heapreel::verdict
