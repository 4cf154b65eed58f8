// Which points of a curve stay when there are too many to draw.
//
// The points are cut into buckets of equal count; of each bucket, the least and the greatest value of every series
// stay, so that no peak and no valley is lost, and the greatest of all is among them. First and last stay.
#pragma once

#include <cstddef>
#include <vector>

namespace heapreel::report {

using Series = std::vector<double>;

// Indexes that stay, ascending; at most `most` of them (2 and more), all of them if there are no more. All series have
// the length of the first.
std::vector<size_t> kept_points(const std::vector<Series>& series, size_t most);

// At most `most` indexes of `count`, evenly, the first and the last among them.
std::vector<size_t> even_points(size_t count, size_t most);

}  // namespace heapreel::report
