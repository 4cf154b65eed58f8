// Takes a line apart from its front. Every step either takes what it names and says true, or takes nothing.
// Never allocates; numbers that do not fit 64 bits are not taken.
#pragma once

#include <charconv>
#include <cstdint>
#include <string_view>

namespace heapreel::importers {

class TextCursor {
 public:
  explicit TextCursor(std::string_view text) : text_(text) {}

  std::string_view rest() const { return text_; }
  bool at_end() const { return text_.empty(); }

  void skip_blanks() {
    while (!text_.empty() && (text_.front() == ' ' || text_.front() == '\t')) text_.remove_prefix(1);
  }
  // Blanks up to the end: nothing else follows.
  bool only_blanks_left() {
    skip_blanks();
    return text_.empty();
  }
  bool take(char wanted) {
    if (text_.empty() || text_.front() != wanted) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool take(std::string_view wanted) {
    if (text_.substr(0, wanted.size()) != wanted) return false;
    text_.remove_prefix(wanted.size());
    return true;
  }
  // Decimal digits.
  bool take_number(uint64_t& value) { return take_digits(value, 10); }
  // Hexadecimal digits, with or without 0x.
  bool take_hex(uint64_t& value) {
    const bool prefixed = text_.size() > 2 && text_[0] == '0' && (text_[1] == 'x' || text_[1] == 'X');
    if (!prefixed) return take_digits(value, 16);
    const std::string_view before = text_;
    text_.remove_prefix(2);
    if (take_digits(value, 16)) return true;
    text_ = before;
    return false;
  }
  // 0x1f or 31.
  bool take_either(uint64_t& value) {
    return text_.substr(0, 2) == "0x" || text_.substr(0, 2) == "0X" ? take_hex(value) : take_number(value);
  }
  // An address as printf("%p") has it: 0x1f, or (nil).
  bool take_pointer(uint64_t& value) {
    if (!take("(nil)")) return text_.substr(0, 2) == "0x" && take_hex(value);
    value = 0;
    return true;
  }
  // What stands before the next blank or the end.
  std::string_view take_word() { return take_until(" \t"); }
  // What stands before the first of `ends`, or all.
  std::string_view take_until(std::string_view ends) {
    const std::string_view word = text_.substr(0, text_.find_first_of(ends));
    text_.remove_prefix(word.size());
    return word;
  }

 private:
  bool take_digits(uint64_t& value, int base) {
    const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), value, base);
    if (error != std::errc{}) return false;
    text_.remove_prefix(static_cast<size_t>(end - text_.data()));
    return true;
  }

  std::string_view text_;
};

// An alignment as a reel has it: one that is no power of two counts as the next, as memalign takes it. 0 for none
// and 1.
inline uint8_t ceil_log2(uint64_t alignment) {
  uint8_t log2 = 0;
  while (log2 < 63 && uint64_t{1} << log2 < alignment) ++log2;
  return log2;
}

// The product of a calloc; false if it does not fit.
inline bool multiply(uint64_t a, uint64_t b, uint64_t& product) { return !__builtin_mul_overflow(a, b, &product); }

}  // namespace heapreel::importers
