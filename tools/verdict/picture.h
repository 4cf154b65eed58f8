// A curve in one line of text.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "replayer/lab/results.h"

namespace heapreel::verdict {

// Resident memory over time in `columns` characters, each as high as the most in its stretch of time; full height is
// `top_bytes`, so that the pictures of several rows can be compared. Blocks where the terminal shows UTF-8.
std::string curve_picture(const std::vector<lab::TimelinePoint>& curve, size_t columns, double top_bytes, bool utf8);

}  // namespace heapreel::verdict
