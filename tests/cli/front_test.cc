// Errors as text and as exit statuses.
#include "tools/cli/front.h"

#include <gtest/gtest.h>

namespace heapreel::cli {
namespace {

base::Error sample_error() {
  return {.code = base::ErrorCode::kBadInput, .what = "cannot read a.reel", .why = "bad checksum", .hint = "repair it"};
}

TEST(FrontTest, ErrorHasTwoLines) {
  EXPECT_EQ(error_text(sample_error(), false), "heapreel: error: cannot read a.reel: bad checksum\nhint: repair it\n");
}

TEST(FrontTest, OffsetIsShownAndHintLeftOut) {
  base::Error error = sample_error();
  error.offset = 4096;
  error.hint.clear();
  EXPECT_EQ(error_text(error, false), "heapreel: error: cannot read a.reel: bad checksum (at byte 4096)\n");
}

TEST(FrontTest, ColourTouchesOnlyTheTags) {
  EXPECT_EQ(error_text(sample_error(), true),
            "heapreel: \x1b[1;31merror:\x1b[0m cannot read a.reel: bad checksum\n\x1b[1;36mhint:\x1b[0m repair it\n");
}

TEST(FrontTest, OnlyUsageIsTwo) {
  base::Error error = sample_error();
  EXPECT_EQ(exit_status_of(error), kExitFailed);
  error.code = base::ErrorCode::kUsage;
  EXPECT_EQ(exit_status_of(error), kExitUsage);
}

}  // namespace
}  // namespace heapreel::cli
