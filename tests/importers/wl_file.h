// .wl workloads by hand, as tools/importers/wl.h describes them.
#pragma once

#include <string>
#include <vector>

namespace heapreel::tests {

inline std::string wl_number(uint64_t value) {
  std::string bytes(1, static_cast<char>(value & 0x7FU));
  while ((value >>= 7) != 0) bytes.insert(bytes.begin(), static_cast<char>(0x80U | (value & 0x7FU)));
  return bytes;
}

inline std::string wl_op(uint8_t code, const std::vector<uint64_t>& numbers = {}) {
  std::string bytes(1, static_cast<char>(code));
  for (const uint64_t number : numbers) bytes += wl_number(number);
  return bytes;
}

// The main stream's length depends on the offsets in it, as trace2wl knows, too.
inline std::string wl_file(const std::vector<std::string>& threads) {
  for (size_t length = 0;;) {
    std::string main = wl_op(8, {100}) + wl_op(9, {100}) + wl_op(10, {threads.size()});
    size_t offset = length;
    for (const std::string& thread : threads) {
      main += wl_op(11, {offset});
      offset += thread.size();
    }
    main += wl_op(1);
    if (main.size() == length) {
      for (const std::string& thread : threads) main += thread;
      return main;
    }
    length = main.size();
  }
}

}  // namespace heapreel::tests
