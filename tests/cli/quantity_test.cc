// Quantities in both directions: every unit, the edges of 64 bits, and texts that are no quantity.
#include "tools/cli/quantity.h"

#include <gtest/gtest.h>
#include <limits>

namespace heapreel::cli {
namespace {

constexpr uint64_t kMax = std::numeric_limits<uint64_t>::max();

TEST(QuantityTest, CountsAreDecimal) {
  EXPECT_EQ(parse_count("0"), 0u);
  EXPECT_EQ(parse_count("1000"), 1'000u);
  EXPECT_EQ(parse_count("10k"), 10'000u);
  EXPECT_EQ(parse_count("2.5M"), 2'500'000u);
}

TEST(QuantityTest, SizesAreBinaryUnlessSpeltOut) {
  EXPECT_EQ(parse_size_bytes("4096"), 4'096u);
  EXPECT_EQ(parse_size_bytes("4096B"), 4'096u);
  EXPECT_EQ(parse_size_bytes("64K"), 65'536u);
  EXPECT_EQ(parse_size_bytes("64kB"), 64'000u);
  EXPECT_EQ(parse_size_bytes("1.5GiB"), 1'610'612'736u);
  EXPECT_EQ(parse_size_bytes("1T"), uint64_t{1} << 40);
  EXPECT_EQ(parse_size_bytes("1 MB"), 1'000'000u);
}

TEST(QuantityTest, DurationsAreNanosecondsUnlessNamed) {
  EXPECT_EQ(parse_duration_ns("250"), 250u);
  EXPECT_EQ(parse_duration_ns("10us"), 10'000u);
  EXPECT_EQ(parse_duration_ns("200ms"), 200'000'000u);
  EXPECT_EQ(parse_duration_ns("1.5s"), 1'500'000'000u);
  EXPECT_EQ(parse_duration_ns("2h"), 7'200'000'000'000u);
}

TEST(QuantityTest, FractionsAreExact) {
  EXPECT_EQ(parse_duration_ns("0.1s"), 100'000'000u);
  EXPECT_EQ(parse_duration_ns("1.000000001s"), 1'000'000'001u);
  EXPECT_EQ(parse_duration_ns("3.14159265358s"), 3'141'592'653u);
}

TEST(QuantityTest, EdgesOf64Bits) {
  EXPECT_EQ(parse_count("18446744073709551615"), kMax);
  EXPECT_EQ(parse_count("18446744073709551616"), std::nullopt);
  EXPECT_EQ(parse_size_bytes("16777215T"), uint64_t{16777215} << 40);
  EXPECT_EQ(parse_size_bytes("16777216T"), std::nullopt);
  EXPECT_EQ(parse_count("99999999999999999999999999"), std::nullopt);
}

TEST(QuantityTest, NotQuantities) {
  for (const char* text : {"", " ", ".", "1.", ".5", "-1", "+1", "1e3", "0x10", "1,000", "s", "1 ", "1  s", "1.2.3",
                           "1.0000000000001", "1q"}) {
    EXPECT_EQ(parse_count(text), std::nullopt) << text;
    EXPECT_EQ(parse_size_bytes(text), std::nullopt) << text;
    EXPECT_EQ(parse_duration_ns(text), std::nullopt) << text;
  }
}

TEST(QuantityTest, CountsForPeople) {
  EXPECT_EQ(format_count(0), "0");
  EXPECT_EQ(format_count(999), "999");
  EXPECT_EQ(format_count(1'000), "1,000");
  EXPECT_EQ(format_count(kMax), "18,446,744,073,709,551,615");
  EXPECT_EQ(format_count_short(999), "999");
  EXPECT_EQ(format_count_short(1'234'567), "1.23 M");
}

TEST(QuantityTest, BytesForPeople) {
  EXPECT_EQ(format_bytes(0), "0 B");
  EXPECT_EQ(format_bytes(1'023), "1023 B");
  EXPECT_EQ(format_bytes(1'536), "1.50 KiB");
  EXPECT_EQ(format_bytes(uint64_t{150} << 20), "150 MiB");
}

TEST(QuantityTest, NoFigureRoundsIntoTheNextUnit) {
  EXPECT_EQ(format_duration(999'999), "1.00 ms");
  EXPECT_EQ(format_duration(9'999'999), "10.0 ms");
  EXPECT_EQ(format_count_short(999'999), "1.00 M");
  EXPECT_EQ(format_bytes((uint64_t{1} << 20) - 1), "1.00 MiB");
}

TEST(QuantityTest, DurationsForPeople) {
  EXPECT_EQ(format_duration(0), "0 ns");
  EXPECT_EQ(format_duration(640), "640 ns");
  EXPECT_EQ(format_duration(1'500'000'000), "1.50 s");
  EXPECT_EQ(format_duration(61'000'000'000), "1 min 01 s");
  EXPECT_EQ(format_duration(7'500'000'000'000), "2 h 05 min");
  EXPECT_EQ(format_duration(90'000'000'000'000), "1 d 01 h");
}

TEST(QuantityTest, Percentages) {
  EXPECT_EQ(format_percent(1, 8), "12.5 %");
  EXPECT_EQ(format_percent(1, 0), "-");
}

}  // namespace
}  // namespace heapreel::cli
