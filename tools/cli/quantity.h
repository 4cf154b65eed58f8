// Counts, sizes and durations as people write them, read and printed.
//
// Reading is exact and total: any text gives a value or nothing, and nothing is ever rounded up or wrapped around.
// Printing is for people (three significant figures); machines get plain integers from --json.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace heapreel::cli {

// "1000", "10k", "2.5M", "1G": decimal multiples.
std::optional<uint64_t> parse_count(std::string_view text);

// "4096", "64K", "64M", "1.5GiB", "2T" are binary multiples; "64kB", "64MB" decimal ones; a final "B" alone is allowed.
std::optional<uint64_t> parse_size_bytes(std::string_view text);

// "250" and "250ns" are nanoseconds; "10us", "200ms", "1.5s", "5m", "2h", "1d".
std::optional<uint64_t> parse_duration_ns(std::string_view text);

std::string format_count(uint64_t count);               // "1,234,567"
std::string format_count_short(uint64_t count);         // "1.23 M"
std::string format_bytes(uint64_t bytes);               // "512 B", "1.50 GiB"
std::string format_duration(uint64_t duration_ns);      // "640 ns", "1.50 s", "2 h 05 min"
std::string format_percent(double part, double whole);  // "12.3 %"; "-" if whole is zero

}  // namespace heapreel::cli
