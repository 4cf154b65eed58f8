// `heapreel doctor --json`: the same checklist, one object.
#include <nlohmann/json.hpp>

#include "tools/commands/doctor.h"

namespace heapreel::commands {
namespace {

using Json = nlohmann::ordered_json;

const char* name_of(target::Level level) {
  switch (level) {
    case target::Level::kOk:
      return "ok";
    case target::Level::kNote:
      return "note";
    case target::Level::kWarn:
      return "warn";
    case target::Level::kRefuse:
      return "fail";
  }
  return "";
}

}  // namespace

std::string doctor_json(const DoctorReport& report) {
  Json checks = Json::array(), environment = Json::object();
  for (const DoctorSection& section : report.sections)
    for (const target::Finding& finding : section.findings)
      checks.push_back({{"section", section.name},
                        {"level", name_of(finding.level)},
                        {"what", finding.what},
                        {"why", finding.why},
                        {"hint", finding.hint}});
  for (const auto& [name, value] : report.environment) environment[name] = value;
  const Json json = {{"schema", "heapreel.doctor/1"},
                     {"ok", report.worst() != target::Level::kRefuse},
                     {"worst", name_of(report.worst())},
                     {"checks", checks},
                     {"environment", environment}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace heapreel::commands
