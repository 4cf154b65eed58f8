// The page's data: what is refused, what stays when there is too much, and that nothing can leave its place in the
// page.
#include "tools/report/page_data.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tools/report/page.h"
#include "tools/report/thin.h"

namespace heapreel::report {
namespace {

using Json = nlohmann::ordered_json;

Json timeline(size_t points, size_t peak_at) {
  Json rows = Json::array();
  for (size_t at = 0; at < points; ++at)
    rows.push_back({{"t_ns", at * 1000},
                    {"op", at},
                    {"rss_bytes", at == peak_at ? 999'999 : 5000 + at % 7},
                    {"live_bytes", 4000}});
  return rows;
}

Json metric(double value) { return {{"median", value}, {"ci95", {value, value}}, {"samples", {value, value}}}; }

Json results_of(size_t allocators, size_t points) {
  Json results = {{"schema", "heapreel.results/1"}, {"allocators", Json::array()}};
  for (size_t at = 0; at < allocators; ++at)
    results["allocators"].push_back({{"name", "a" + std::to_string(at)},
                                     {"rss_peak_bytes", metric(999'999)},
                                     {"ns_per_op_net", metric(-0.25)},
                                     {"proof", "malloc calloc"},
                                     {"timeline", timeline(points, points / 3)}});
  return results;
}

base::Result<std::string> data_of(const std::string& results) {
  return make_page_data({{.name = "x.json", .results = results}}, {});
}

Json only_allocator(const base::Result<std::string>& data) {
  return Json::parse(*data)["runs"][0]["results"]["allocators"][0];
}

TEST(PageData, KeepsFiguresAndThePeakOfALongTimeline) {
  const auto data = data_of(results_of(1, 10'000).dump());
  ASSERT_TRUE(data.has_value());
  const Json allocator = only_allocator(data);
  EXPECT_EQ(allocator["rss_peak_bytes"]["median"], 999'999);
  EXPECT_EQ(allocator["ns_per_op_net"]["median"], -0.25);
  const Json& columns = allocator["timeline"];
  EXPECT_LE(columns["t_ns"].size(), 600);
  EXPECT_GT(columns["t_ns"].size(), 400);
  EXPECT_EQ(columns["t_ns"].size(), columns["rss_bytes"].size());
  EXPECT_EQ(columns["rss_bytes"].size(), columns["live_bytes"].size());
  const auto peak = std::ranges::max_element(columns["rss_bytes"]);
  EXPECT_EQ(*peak, 999'999);
  EXPECT_EQ(columns["t_ns"][static_cast<size_t>(peak - columns["rss_bytes"].begin())], 3333 * 1000);
  EXPECT_FALSE(allocator.contains("proof"));
}

TEST(PageData, WhatIsNotKnownStaysAbsent) {
  const auto data = data_of(results_of(1, 10).dump());
  ASSERT_TRUE(data.has_value());
  const Json page = Json::parse(*data);
  EXPECT_TRUE(page["runs"][0]["verdict"].is_null());
  EXPECT_TRUE(page["runs"][0]["advice"].is_null());
  EXPECT_TRUE(page["trend"].is_null());
  EXPECT_FALSE(page["runs"][0]["results"].contains("program"));
  EXPECT_FALSE(only_allocator(data).contains("latency_ns_curve"));
}

TEST(PageData, TwoHundredAllocatorsFit) {
  const auto data = data_of(results_of(200, 400).dump());
  ASSERT_TRUE(data.has_value());
  EXPECT_LE(data->size(), kPageDataBytesMax);
  const Json allocator = only_allocator(data);
  EXPECT_GT(allocator["timeline"]["rss_bytes"].size(), 100) << "no more is taken away than has to be";
  EXPECT_EQ(*std::ranges::max_element(allocator["timeline"]["rss_bytes"]), 999'999);
}

TEST(PageData, WhatCannotFitIsRefused) {
  Json results = results_of(1, 1);
  results["allocators"][0]["name"] = std::string(kPageDataBytesMax, 'x');
  const auto data = data_of(results.dump());
  ASSERT_FALSE(data.has_value());
  EXPECT_EQ(data.error().code, base::ErrorCode::kLimit);
  EXPECT_FALSE(data.error().hint.empty());
}

TEST(PageData, RefusesAnotherSchema) {
  Json results = results_of(1, 1);
  results["schema"] = "heapreel.results/2";
  const auto data = data_of(results.dump());
  ASSERT_FALSE(data.has_value());
  EXPECT_EQ(data.error().code, base::ErrorCode::kUnsupported);
  EXPECT_EQ(data.error().what, "cannot show x.json");
  EXPECT_NE(data.error().why.find("heapreel.results/2"), std::string::npos);
}

TEST(PageData, SaysWhereATruncatedFileEnds) {
  const std::string whole = results_of(1, 5).dump();
  for (const size_t length : {size_t{1}, whole.size() / 2, whole.size() - 1}) {
    const auto data = data_of(whole.substr(0, length));
    ASSERT_FALSE(data.has_value()) << length;
    EXPECT_EQ(data.error().code, base::ErrorCode::kBadInput);
    EXPECT_EQ(data.error().offset, length + 1);
  }
}

TEST(PageData, RefusesWhatIsNoFigure) {
  const std::string whole = results_of(1, 1).dump();
  const std::string right = "{\"median\":999999";
  for (const char* wrong : {"NaN", "-1.0", "null", "1e999", "\"many\""}) {
    std::string text = whole;
    text.replace(text.find(right), right.size() + 2, std::string("{\"median\":") + wrong);
    EXPECT_FALSE(data_of(text).has_value()) << wrong;
  }
  for (const char* text : {"[]", "3", "{}", "{\"schema\":\"heapreel.results/1\"}",
                           "{\"schema\":\"heapreel.results/1\",\"allocators\":[{}]}"})
    EXPECT_FALSE(data_of(text).has_value()) << text;
}

TEST(Thin, KeepsFirstLastAndEveryExtreme) {
  Series low(5000, 10), high(5000, 20);
  low[1234] = 1;
  high[4321] = 90;
  const auto kept = kept_points({low, high}, 100);
  EXPECT_LE(kept.size(), 100);
  EXPECT_TRUE(std::ranges::is_sorted(kept));
  for (const size_t at : {0, 1234, 4321, 4999}) EXPECT_TRUE(std::ranges::binary_search(kept, at)) << at;
  EXPECT_EQ(kept_points({low}, 5000).size(), 5000);
  EXPECT_EQ(even_points(10, 4), (std::vector<size_t>{0, 3, 6, 9}));
}

TEST(Page, NothingInTheDataCanCloseItsElement) {
  if (!page_available()) GTEST_SKIP() << "built without the page";
  const std::string plain = make_page(R"({"a":"x"})");
  const std::string hostile = make_page(R"({"a":"</script><!--<script>{{heapreel-data}}"})");
  EXPECT_NE(plain.find(R"({"a":"x"})"), std::string::npos);
  EXPECT_EQ(plain.find("{{heapreel-data}}"), std::string::npos);
  const auto count = [](const std::string& text, std::string_view what) {
    size_t found = 0;
    for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++found;
    return found;
  };
  for (const char* mark : {"</script", "<script", "<!--"}) EXPECT_EQ(count(plain, mark), count(hostile, mark)) << mark;
  EXPECT_NE(hostile.find(R"(\u003c/script>)"), std::string::npos);
}

TEST(Page, IsWholeAndCarriesItsNotice) {
  if (!page_available()) GTEST_SKIP() << "built without the page";
  const std::string page = make_page("{}");
  EXPECT_TRUE(page.starts_with("<!doctype html>"));
  EXPECT_TRUE(page.ends_with("</html>\n"));
  EXPECT_NE(page.find("The MIT License (MIT)"), std::string::npos);
  EXPECT_NE(page.find("default-src 'none'"), std::string::npos);
  EXPECT_LT(page.size() + kPageDataBytesMax, 1'500'000);
}

}  // namespace
}  // namespace heapreel::report
