#include "tools/symbols/demangle.h"

#include <algorithm>
#include <cstdlib>
#include <cxxabi.h>
#include <memory>
#include <string_view>

namespace heapreel::symbols {
namespace {

// "::h" and 16 hexadecimal digits, at the end of a legacy Rust name.
size_t rust_hash_length(std::string_view name) {
  constexpr size_t kDigits = 16;
  constexpr std::string_view kMark = "::h";
  if (name.size() <= kDigits + kMark.size()) return 0;
  const std::string_view tail = name.substr(name.size() - kDigits - kMark.size());
  if (!tail.starts_with(kMark)) return 0;
  const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return std::all_of(tail.begin() + kMark.size(), tail.end(), is_hex) ? tail.size() : 0;
}

}  // namespace

std::string demangle(const char* name) {
  if (!std::string_view(name).starts_with("_Z")) return name;
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> plain(abi::__cxa_demangle(name, nullptr, nullptr, &status),
                                                          &std::free);
  if (status != 0 || plain == nullptr) return name;
  std::string text = plain.get();
  text.resize(text.size() - rust_hash_length(text));
  return text;
}

}  // namespace heapreel::symbols
