// Words for the person at the other end of standard error. Whoever has closed it, as `2>&1 | head` does, is no reason
// to fail: fmt::print would throw.
#pragma once

#include <cstdio>
#include <fmt/format.h>
#include <string>
#include <utility>

namespace heapreel::cli {

template <class... Values>
void tell(fmt::format_string<Values...> format, Values&&... values) {
  const std::string text = fmt::format(format, std::forward<Values>(values)...);
  (void)std::fwrite(text.data(), 1, text.size(), stderr);
}

}  // namespace heapreel::cli
