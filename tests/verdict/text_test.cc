// What a person sees: in 80 columns and in 40, in a pipe without UTF-8, with hostile names; and the tables for others.
#include "tools/verdict/text.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/verdict/made_results.h"
#include "tools/cli/text.h"
#include "tools/verdict/picture.h"

namespace heapreel::verdict {
namespace {

lab::Results some() {
  return made_results({{.name = "glibc"},
                       {.name = "quick", .ns = 10, .against_ns = 0.6},
                       {.name = "lean", .peak_mib = 80, .against_peak = 0.8}});
}

void expect_fits(const std::string& text, size_t width) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    EXPECT_LE(cli::display_width(line), width) << line;
    EXPECT_FALSE(line.ends_with(' ')) << "'" << line << "'";
  }
}

bool is_ascii(const std::string& text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 128; });
}

TEST(VerdictText, FitsEveryWidth) {
  const Verdict verdict = judge(some());
  for (const size_t width : {size_t{40}, size_t{60}, size_t{79}, size_t{80}, size_t{100}})
    for (const bool utf8 : {false, true}) expect_fits(verdict_text(verdict, {.width = width, .utf8 = utf8}), width);
}

TEST(VerdictText, ShowsFiguresAndRatios) {
  const std::string text = verdict_text(judge(some()), {.width = 80});
  EXPECT_NE(text.find("* quick         10.00 +-0.10   0.50x"), std::string::npos) << text;
  EXPECT_NE(text.find("80.0 MiB   0.80x"), std::string::npos) << text;
  EXPECT_NE(text.find("1.00x ~"), std::string::npos) << text;
  EXPECT_NE(text.find("To run on quick:"), std::string::npos) << text;
}

TEST(VerdictText, WithoutUtf8AndColourItIsPlain) {
  const Verdict verdict = judge(some());
  const std::string plain = verdict_text(verdict, {.width = 80});
  EXPECT_TRUE(is_ascii(plain)) << plain;
  EXPECT_EQ(plain.find('\x1b'), std::string::npos);
  EXPECT_NE(verdict_text(verdict, {.width = 80, .colour = true}).find('\x1b'), std::string::npos);
  EXPECT_FALSE(is_ascii(verdict_text(verdict, {.width = 80, .utf8 = true})));
}

TEST(VerdictText, ANameCannotSteerTheTerminal) {
  lab::Results results = some();
  results.allocators[1].name = "a\x1b[2Jb|c\nd";
  const std::string text = verdict_text(judge(results), {.width = 80, .utf8 = true});
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  const std::string markdown = verdict_markdown(judge(results), "x");
  EXPECT_EQ(markdown.find("b|c"), std::string::npos);
  EXPECT_NE(markdown.find("b\\|c d"), std::string::npos);
  EXPECT_NE(verdict_csv(judge(results), "r,\"eel", true).find("\"r,\"\"eel\",\"a"), std::string::npos);
}

TEST(VerdictTables, CsvHoldsEveryFigure) {
  const std::string csv = verdict_csv(judge(some()), "app.reel", true);
  std::istringstream lines(csv);
  size_t rows = 0;
  for (std::string line; std::getline(lines, line); ++rows) EXPECT_EQ(std::ranges::count(line, ','), 11) << line;
  EXPECT_EQ(rows, 1 + 3 * columns().size());
  EXPECT_NE(csv.find("app.reel,quick,rss_peak_bytes,bytes,1049"), std::string::npos) << csv;
}

TEST(VerdictTables, JsonHoldsTheSame) {
  const Verdict verdict = judge(some());
  const auto json = nlohmann::json::parse(verdict_json(verdict));
  EXPECT_EQ(json["headline"], verdict.headline);
  EXPECT_EQ(json["rows"].size(), 3u);
  EXPECT_EQ(json["rows"][2]["metrics"]["rss_peak_bytes"]["value"], verdict.rows[2].cell("rss_peak_bytes")->value);
  EXPECT_EQ(json["rows"][0]["metrics"]["rss_peak_bytes"]["ratio"], nullptr);
  EXPECT_EQ(json["deploy"][0]["name"], "quick");
}

TEST(CurvePicture, IsHighWhereTheCurveIs) {
  const std::vector<lab::TimelinePoint> curve = {{.t_ns = 0, .op = 0, .rss_bytes = 10, .live_bytes = 0},
                                                 {.t_ns = 50, .op = 1, .rss_bytes = 100, .live_bytes = 0},
                                                 {.t_ns = 100, .op = 2, .rss_bytes = 50, .live_bytes = 0}};
  EXPECT_EQ(curve_picture(curve, 4, 100, false), "__#-");
  EXPECT_EQ(curve_picture({}, 4, 100, false), "");
  EXPECT_EQ(curve_picture(curve, 4, 0, false), "");
}

TEST(Pastes, QuoteWhatAShellWouldSplit) {
  const auto list = pastes({.name = "x", .environment = {"LD_PRELOAD=/a b/lib.so", "MALLOC_CONF=narenas:1,x:$y"}});
  EXPECT_EQ(list[0].text, "LD_PRELOAD=\"/a b/lib.so\" \\\n  MALLOC_CONF=\"narenas:1,x:\\$y\" \\\n  ./app");
  EXPECT_EQ(list[1].where, "systemd");
}

}  // namespace
}  // namespace heapreel::verdict
