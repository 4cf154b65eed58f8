// Reading the texts of /proc piece by piece. Total: any text in, a value or nothing out. Never allocates.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace heapreel::observe {

inline constexpr uint64_t kKib = 1024;

// A size of so many KiB, saturating.
inline uint64_t kib(uint64_t count) { return count > ~uint64_t{0} / kKib ? ~uint64_t{0} : count * kKib; }

// Takes the first line off `text`, without its end.
inline std::string_view take_line(std::string_view& text) {
  const size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

inline std::string_view skip_blanks(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t");
  return first == std::string_view::npos ? std::string_view{} : text.substr(first);
}

// Takes blanks and a word off `text`; an empty word at its end.
inline std::string_view take_word(std::string_view& text) {
  text = skip_blanks(text);
  const std::string_view word = text.substr(0, text.find_first_of(" \t"));
  text.remove_prefix(word.size());
  return word;
}

// Takes blanks and a number off `text`. Nothing, and nothing taken, if there is none or it has more than 64 bits.
inline std::optional<uint64_t> take_number(std::string_view& text, int base = 10) {
  const std::string_view from = skip_blanks(text);
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(from.data(), from.data() + from.size(), value, base);
  if (error != std::errc{}) return std::nullopt;
  text = from.substr(static_cast<size_t>(end - from.data()));
  return value;
}

// The number behind `key` (its colon included) at the start of a line.
inline std::optional<uint64_t> number_of(std::string_view text, std::string_view key) {
  while (!text.empty()) {
    std::string_view line = take_line(text);
    if (!line.starts_with(key)) continue;
    line.remove_prefix(key.size());
    return take_number(line);
  }
  return std::nullopt;
}

}  // namespace heapreel::observe
