// Parsing, the few checks without which a page would mislead, and the choice of how much detail fits.
#include "tools/report/page_data.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <optional>

#include "tools/report/slim_results.h"

namespace heapreel::report {
namespace {

constexpr const char* kResultsSchema = "heapreel.results/1";

// From all that a reader can use down to what 200 allocators leave room for.
constexpr std::array kDetails{Detail{600, 60, 20}, Detail{400, 60, 20}, Detail{240, 40, 20}, Detail{120, 24, 10},
                              Detail{60, 16, 8},   Detail{40, 12, 5},   Detail{26, 10, 3},   Detail{0, 0, 0}};

struct Run {
  Json results{}, verdict{}, advice{};
};

base::Error bad(const std::string& name, std::string why, std::string hint,
                base::ErrorCode code = base::ErrorCode::kBadInput) {
  return {.code = code, .what = "cannot show " + name, .why = std::move(why), .hint = std::move(hint)};
}

constexpr const char* kRemake = "make it again: heapreel replay --json FILE REEL";

base::Result<Json> parse(const std::string& name, std::string_view text) {
  if (text.empty()) return Json(nullptr);
  try {
    return Json::parse(text);
  } catch (const Json::parse_error& error) {
    base::Error bad_json = bad(name, fmt::format("it is not whole JSON: stopped at byte {}", error.byte), kRemake);
    bad_json.offset = error.byte;
    return base::fail(std::move(bad_json));
  } catch (const Json::exception& error) {  // a number beyond every double
    return base::fail(bad(name, std::string("it holds what is no figure: ") + error.what(), kRemake));
  }
}

// The first figure of `allocator` that counts bytes or calls and is negative or none at all.
std::optional<std::string> impossible_figure(const Json& allocator) {
  for (const auto& [name, metric] : allocator.items()) {
    if (!metric.is_object() || !metric.contains("median")) continue;
    const Json& median = metric["median"];
    const bool may_be_negative = name.starts_with("ns_per_op_net");  // less than the harness alone, by noise
    if (!median.is_number() || (median.get<double>() < 0 && !may_be_negative))
      return fmt::format("{} is {}", name, median.dump());
  }
  return std::nullopt;
}

base::Status check_allocator(const std::string& name, const Json& allocator) {
  if (!allocator.is_object() || !allocator.contains("name") || !allocator["name"].is_string())
    return base::fail(bad(name, "an allocator has no name", kRemake));
  if (const auto wrong = impossible_figure(allocator))
    return base::fail(bad(name, fmt::format("{} of {}", *wrong, allocator["name"].get<std::string>()), kRemake));
  return {};
}

base::Status check_results(const std::string& name, const Json& results) {
  if (!results.is_object() || !results.contains("schema") || !results["schema"].is_string())
    return base::fail(bad(name, "it is no results.json: there is no \"schema\"", kRemake));
  const std::string schema = results["schema"].get<std::string>();
  if (schema != kResultsSchema)
    return base::fail(bad(name, fmt::format("its schema is {}, and this heapreel shows {}", schema, kResultsSchema),
                          "show it with the heapreel that made it, or replay the reel again",
                          base::ErrorCode::kUnsupported));
  if (!results.contains("allocators") || !results["allocators"].is_array())
    return base::fail(bad(name, "it holds no allocators", kRemake));
  for (const Json& allocator : results["allocators"]) HEAPREEL_TRY(check_allocator(name, allocator));
  return {};
}

base::Result<Run> read_run(const RunTexts& texts) {
  Run run;
  auto results = parse(texts.name, texts.results);
  if (!results) return base::fail(std::move(results).error());
  HEAPREEL_TRY(check_results(texts.name, *results));
  auto verdict = parse("the verdict of " + texts.name, texts.verdict);
  if (!verdict) return base::fail(std::move(verdict).error());
  auto advice = parse("the advice of " + texts.name, texts.advice);
  if (!advice) return base::fail(std::move(advice).error());
  return Run{*std::move(results), *std::move(verdict), *std::move(advice)};
}

std::string page_data(const std::vector<Run>& runs, const Json& trend, const Detail& detail) {
  Json data = {{"schema", kPageSchema}, {"runs", Json::array()}, {"trend", trend}};
  for (const Run& run : runs)
    data["runs"].push_back(
        {{"results", slim_results(run.results, detail)}, {"verdict", run.verdict}, {"advice", run.advice}});
  return data.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// As it will stand in the page, where each `<` takes six bytes.
size_t bytes_in_page(const std::string& data) {
  return data.size() + 5 * static_cast<size_t>(std::ranges::count(data, '<'));
}

}  // namespace

base::Result<std::string> make_page_data(const std::vector<RunTexts>& texts, std::string_view trend_text) {
  std::vector<Run> runs;
  for (const RunTexts& text : texts) {
    auto run = read_run(text);
    if (!run) return base::fail(std::move(run).error());
    runs.push_back(*std::move(run));
  }
  auto trend = parse("the trend", trend_text);
  if (!trend) return base::fail(std::move(trend).error());
  for (const Detail& detail : kDetails) {
    std::string data = page_data(runs, *trend, detail);
    if (bytes_in_page(data) <= kPageDataBytesMax) return data;
  }
  return base::fail(bad("so many results on one page", "they take more than 1.5 MB even without their curves",
                        "make a page of fewer results, or replay with fewer allocators", base::ErrorCode::kLimit));
}

}  // namespace heapreel::report
