// The functions of history.h.
#include "tools/compare/history.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "trace_format/base/file.h"

namespace heapreel::compare {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr size_t kCommitLetters = 12;
constexpr const char* kTrendMetrics[] = {"rss_peak_bytes", "rss_mean_bytes", "ns_per_op", "ops_per_s"};
constexpr const char* kTrendUnits[] = {"bytes", "bytes", "ns", "1/s"};

bool is_commit_name(const std::string& text) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '_' || c == '-';
  });
}

// "000012-abc123.json"
std::optional<Kept> kept_of(const fs::path& path) {
  const std::string name = path.filename().string();
  const size_t dash = name.find('-');
  if (dash == std::string::npos || !name.ends_with(".json")) return std::nullopt;
  Kept kept{.path = path.string()};
  const auto [end, fault] = std::from_chars(name.data(), name.data() + dash, kept.number);
  if (fault != std::errc() || end != name.data() + dash) return std::nullopt;
  kept.commit = name.substr(dash + 1, name.size() - dash - 1 - 5);
  return kept;
}

Json value_json(const lab::Results& results, const std::string& allocator, const char* metric) {
  const auto row = std::ranges::find(results.allocators, allocator, &lab::AllocatorResult::name);
  if (row == results.allocators.end() || row->metrics.count(metric) == 0) return nullptr;
  const lab::Estimate& estimate = row->metrics.at(metric).estimate;
  return {{"value", estimate.median}, {"low", estimate.low}, {"high", estimate.high}};
}

std::string first_line_of(const char* command) {
  std::string line;
  FILE* pipe = ::popen(command, "r");
  if (pipe == nullptr) return line;
  for (int c = std::fgetc(pipe); c != EOF && c != '\n'; c = std::fgetc(pipe)) line += static_cast<char>(c);
  ::pclose(pipe);
  return line;
}

}  // namespace

base::Result<History> History::open(const std::string& folder) {
  History history(folder);
  std::error_code fault;
  if (!fs::exists(folder, fault)) return history;
  fs::directory_iterator entries(folder, fault);
  if (fault) return base::fail(base::system_error(fmt::format("cannot read {}", folder), fault.value()));
  for (const fs::directory_entry& entry : entries)
    if (auto kept = kept_of(entry.path())) history.kept_.push_back(std::move(*kept));
  std::ranges::sort(history.kept_, {}, &Kept::number);
  return history;
}

const Kept* History::latest_before(const std::string& commit) const {
  for (size_t i = kept_.size(); i-- > 0;)
    if (kept_[i].commit != commit) return &kept_[i];
  return nullptr;
}

base::Status History::keep(const std::string& commit, const std::string& results_json) {
  std::error_code fault;
  fs::create_directories(folder_, fault);
  if (fault) return base::fail(base::system_error(fmt::format("cannot make {}", folder_), fault.value()));
  const auto same = std::ranges::find(kept_, commit, &Kept::commit);
  const bool again = same != kept_.end();
  Kept kept = again ? *same : Kept{.number = kept_.empty() ? 1 : kept_.back().number + 1, .commit = commit};
  if (!again) kept.path = fmt::format("{}/{:06}-{}.json", folder_, kept.number, commit);
  auto file = base::OutputFile::create(kept.path, again);
  if (!file) return base::fail(file.error());
  HEAPREEL_TRY(file->write(base::as_bytes(results_json.data(), results_json.size())));
  HEAPREEL_TRY(file->commit());
  if (!again) kept_.push_back(std::move(kept));
  return {};
}

base::Result<std::string> History::trend_json(size_t points_max) const {
  std::vector<lab::Results> all;
  Json points = Json::array(), series = Json::array();
  std::vector<std::string> names;
  for (size_t i = kept_.size() - std::min(kept_.size(), points_max); i < kept_.size(); ++i) {
    auto file = lab::read_results_file(kept_[i].path);
    if (!file) return base::fail(file.error());
    all.push_back(std::move(file->results.front()));
    points.push_back({{"commit", kept_[i].commit.substr(0, kCommitLetters)},
                      {"when", all.back().made_at},
                      {"label", kept_[i].commit}});
    for (const lab::AllocatorResult& row : all.back().allocators)
      if (std::ranges::find(names, row.name) == names.end()) names.push_back(row.name);
  }
  for (size_t metric = 0; metric < std::size(kTrendMetrics); ++metric)
    for (const std::string& name : names) {
      Json values = Json::array();
      for (const lab::Results& results : all) values.push_back(value_json(results, name, kTrendMetrics[metric]));
      series.push_back(
          {{"allocator", name}, {"metric", kTrendMetrics[metric]}, {"unit", kTrendUnits[metric]}, {"values", values}});
    }
  return Json{{"points", points}, {"series", series}}.dump(-1, ' ', false, Json::error_handler_t::replace);
}

base::Result<std::string> commit_name(const std::string& asked) {
  std::string name = asked;
  for (const char* variable : {"GITHUB_SHA", "CI_COMMIT_SHA"})
    if (const char* value = std::getenv(variable); name.empty() && value != nullptr) name = value;
  if (name.empty()) name = first_line_of("git rev-parse HEAD 2>/dev/null");
  if (is_commit_name(name)) return asked.empty() ? name.substr(0, kCommitLetters) : name;
  return base::fail(base::Error{.code = base::ErrorCode::kUsage,
                                .what = "cannot keep the results",
                                .why = name.empty() ? "it is not known of which commit they are"
                                                    : fmt::format("'{}' is no name of a commit", name),
                                .hint = "--commit NAME says it: letters, digits, '.', '_' and '-'"});
}

}  // namespace heapreel::compare
