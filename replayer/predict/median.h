// The middle of some values; of an even number, the mean of the middle two; of none, zero.
#pragma once

#include <algorithm>
#include <vector>

namespace heapreel::predict {

template <class Value>
Value median(std::vector<Value> values) {
  if (values.empty()) return {};
  std::ranges::sort(values);
  const size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : values[middle - 1] + (values[middle] - values[middle - 1]) / 2;
}

}  // namespace heapreel::predict
