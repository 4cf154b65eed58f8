// advice_json(): findings as the report page has them.
#include <nlohmann/json.hpp>

#include "tools/advice/advice.h"

namespace heapreel::advice {
namespace {

using Json = nlohmann::ordered_json;

Json finding_json(const Finding& finding) {
  Json evidence = Json::array();
  for (const Evidence& one : finding.evidence)
    evidence.push_back({{"name", one.name}, {"value", one.value}, {"unit", one.unit}});
  return {{"id", finding.id},
          {"severity", name_of(finding.severity)},
          {"title", finding.title},
          {"evidence", std::move(evidence)},
          {"threshold", finding.threshold},
          {"meaning", finding.meaning},
          {"action", finding.action},
          {"allocators", finding.allocators}};
}

}  // namespace

std::string advice_json(const std::vector<Finding>& findings) {
  Json list = Json::array();
  for (const Finding& finding : findings) list.push_back(finding_json(finding));
  return list.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace heapreel::advice
