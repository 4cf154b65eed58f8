// A verdict as Markdown, as CSV, and as JSON for the page.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tools/cli/text.h"
#include "tools/verdict/figures.h"
#include "tools/verdict/text.h"

namespace heapreel::verdict {
namespace {

using Json = nlohmann::ordered_json;

std::string markdown_cell(const Row& row, const Column& column) {
  const std::string ratio = ratio_text(row, column, true);
  std::string text = value_text(row, column);
  if (const Cell* cell = row.cell(column.id);
      cell != nullptr && cell->low && column.unit == Unit::kNs && cell->resolved)
    text += fmt::format(" ({} to {})", figure(*cell->low, column.unit), figure(*cell->high, column.unit));
  return cli::markdown_text(text + (ratio.empty() ? "" : ", " + ratio));
}

std::string markdown_row(const Row& row) {
  std::string text = fmt::format("| {}{}{} |", cli::markdown_text(row.name), row.reference ? " (reference)" : "",
                                 row.pareto ? " ★" : "");
  for (const Column& column : columns()) text += " " + markdown_cell(row, column) + " |";
  return text + "\n";
}

// RFC 4180.
std::string csv_text(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string result = "\"";
  for (const char c : text) result += c == '"' ? "\"\"" : std::string(1, c);
  return result + "\"";
}

std::string csv_number(const std::optional<double>& value) { return value ? fmt::format("{}", *value) : ""; }

std::string csv_row(const Row& row, const Column& column, const Cell& cell) {
  const auto ratio = [&cell](double lab::Estimate::*part) { return cell.ratio ? csv_number((*cell.ratio).*part) : ""; };
  return fmt::format("{},{},{},{},{},{},{},{},{},{}\n", column.id, unit_name(column.unit), csv_number(cell.value),
                     csv_number(cell.low), csv_number(cell.high), ratio(&lab::Estimate::median),
                     ratio(&lab::Estimate::low), ratio(&lab::Estimate::high),
                     cell.tie ? (*cell.tie ? "yes" : "no") : "", row.pareto ? "yes" : "no");
}

Json cell_json(const Cell& cell) {
  Json json = {{"value", cell.value}, {"ratio", nullptr}, {"tie", nullptr}, {"resolved", cell.resolved}};
  if (cell.low) json["low"] = *cell.low;
  if (cell.high) json["high"] = *cell.high;
  if (cell.ratio)
    json["ratio"] = {{"median", cell.ratio->median}, {"low", cell.ratio->low}, {"high", cell.ratio->high}};
  if (cell.tie) json["tie"] = *cell.tie;
  return json;
}

Json row_json(const Row& row) {
  Json json = {{"name", row.name},
               {"reference", row.reference},
               {"failed", row.failure.empty() ? Json(nullptr) : Json(row.failure)},
               {"pareto", row.pareto},
               {"best", row.best},
               {"metrics", Json::object()},
               {"predicted", row.forecast.empty() ? Json(nullptr) : Json::object()}};
  for (const auto& [id, cell] : row.cells) json["metrics"][id] = cell_json(cell);
  for (const auto& [id, forecast] : row.forecast)
    json["predicted"][id] = {{"value", forecast.figure.value},
                             {"low", forecast.figure.low},
                             {"high", forecast.figure.high},
                             {"tie", forecast.tie}};
  return json;
}

Json columns_json() {
  Json list = Json::array();
  for (const Column& column : columns())
    list.push_back({{"id", column.id},
                    {"label", column.label},
                    {"unit", unit_name(column.unit)},
                    {"better", "less"},
                    {"what", column.what}});
  return list;
}

Json deploy_json(const std::vector<Deployment>& deployments) {
  Json list = Json::array();
  for (const Deployment& one : deployments) {
    Json lines = Json::array(), all = Json::array();
    for (const Paste& paste : pastes(one)) {
      if (paste.where == "shell") lines.push_back(paste.text);
      all.push_back({{"where", paste.where}, {"text", paste.text}});
    }
    list.push_back({{"name", one.name}, {"lines", lines}, {"pastes", all}});
  }
  return list;
}

}  // namespace

std::string verdict_markdown(const Verdict& verdict, const std::string& title) {
  std::string text =
      fmt::format("### {}\n\n**{}**\n\n| allocator |", cli::markdown_text(title), cli::markdown_text(verdict.headline));
  for (const Column& column : columns()) text += fmt::format(" {} |", column.label);
  text += "\n|---|";
  for (size_t i = 0; i < columns().size(); ++i) text += "---:|";
  text += "\n";
  for (const Row& row : verdict.rows) {
    if (row.failure.empty())
      text += markdown_row(row);
    else
      text += fmt::format("| {} | failed: {} |\n", cli::markdown_text(row.name), cli::markdown_text(row.failure));
  }
  text += fmt::format(
      "\n★ none is better in speed or memory without being worse in the other; ~ no difference to {} can "
      "be claimed.\n\n",
      cli::markdown_text(verdict.reference));
  for (const std::string& sentence : verdict.sentences) text += "- " + cli::markdown_text(sentence) + "\n";
  for (const std::string& one : verdict.not_measured)
    text += "- Not in these figures: " + cli::markdown_text(one) + "\n";
  return text + "\n";
}

std::string verdict_csv(const Verdict& verdict, const std::string& reel, bool head) {
  std::string text = head ? "reel,allocator,metric,unit,value,low,high,ratio,ratio_low,ratio_high,tie,pareto\n" : "";
  for (const Row& row : verdict.rows)
    for (const Column& column : columns())
      if (const Cell* cell = row.cell(column.id))
        text += csv_text(reel) + "," + csv_text(row.name) + "," + csv_row(row, column, *cell);
  return text;
}

std::string verdict_json(const Verdict& verdict) {
  Json rows = Json::array();
  for (const Row& row : verdict.rows) rows.push_back(row_json(row));
  const Json json = {
      {"level", verdict.level},           {"basis", verdict.basis == Basis::kPrediction ? "prediction" : "replay"},
      {"recommends", verdict.recommends}, {"headline", verdict.headline},
      {"sentences", verdict.sentences},   {"not_measured", verdict.not_measured},
      {"reference", verdict.reference},   {"rows", rows},
      {"columns", columns_json()},        {"deploy", deploy_json(verdict.deploy)}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace heapreel::verdict
