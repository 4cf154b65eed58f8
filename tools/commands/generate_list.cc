// The listing of generate_list.h.
#include "tools/commands/generate_list.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "tools/cli/command_spec.h"
#include "tools/cli/output.h"
#include "tools/cli/quantity.h"
#include "tools/cli/terminal.h"
#include "tools/cli/text.h"
#include "tools/commands/table.h"
#include "tools/workloads/workload.h"

namespace heapreel::commands {
namespace {

using workloads::ParameterSpec;
using workloads::WorkloadSpec;

std::string full_name(const WorkloadSpec& spec) {
  return spec.argument.empty() ? std::string(spec.name) : fmt::format("{}:{}", spec.name, spec.argument);
}

void print_all(size_t width) {
  std::vector<cli::Row> rows;
  for (const WorkloadSpec* spec : workloads::workload_table())
    rows.push_back({.label = full_name(*spec), .text = std::string(spec->summary)});
  cli::standard_output().write(
      cli::two_columns(rows, {.indent = 0, .label = cli::label_column(rows), .width = width}, ""));
}

void print_one(const WorkloadSpec& spec, size_t width, bool colour) {
  cli::Output& out = cli::standard_output();
  const std::string_view bold = colour ? "1" : "";
  out.print("{}: {}\n\n", cli::styled(full_name(spec), bold), spec.summary);
  out.write(cli::indent_paragraphs(spec.description, 2, width));
  out.print("\n  {} by default, {}.\n", cli::format_count(spec.events) + " events",
            spec.threads == 1 ? "1 thread" : fmt::format("{} threads", spec.threads));
  if (spec.parameters.empty()) return;
  out.print("\n{}\n", cli::styled("Parameters:", bold));
  std::vector<cli::Row> rows;
  for (const ParameterSpec& each : spec.parameters)
    rows.push_back({.label = fmt::format("{}={}", each.name, each.default_value), .text = std::string(each.help)});
  out.write(cli::two_columns(rows, {.indent = 2, .label = cli::label_column(rows), .width = width}, bold));
}

nlohmann::ordered_json json_of(const WorkloadSpec& spec) {
  nlohmann::ordered_json parameters = nlohmann::ordered_json::array();
  for (const ParameterSpec& each : spec.parameters)
    parameters.push_back({{"name", each.name}, {"default", each.default_value}, {"help", each.help}});
  return {{"name", spec.name},
          {"argument", spec.argument},
          {"summary", spec.summary},
          {"description", spec.description},
          {"events", spec.events},
          {"threads", spec.threads},
          {"threads_least", spec.threads_least},
          {"threads_most", spec.threads_most},
          {"parameters", parameters}};
}

// The one named, however much of its argument is there.
base::Result<const WorkloadSpec*> named(const std::string& name) {
  for (const WorkloadSpec* spec : workloads::workload_table())
    if (name.substr(0, name.find(':')) == spec->name) return spec;
  return workloads::find_workload(name);
}

}  // namespace

base::Result<int> list_workloads(const std::string& name, bool as_json) {
  std::vector<const WorkloadSpec*> chosen(workloads::workload_table().begin(), workloads::workload_table().end());
  if (!name.empty()) {
    const auto one = named(name);
    if (!one) return base::fail(one.error());
    chosen = {*one};
  }
  if (as_json) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const WorkloadSpec* spec : chosen) list.push_back(json_of(*spec));
    cli::standard_output().write(
        nlohmann::ordered_json{{"schema", "heapreel.workloads/1"}, {"workloads", list}}.dump() + "\n");
    return cli::kExitOk;
  }
  const size_t width = cli::text_width(STDOUT_FILENO);
  if (name.empty())
    print_all(width);
  else
    print_one(*chosen.front(), width, cli::wants_colour(STDOUT_FILENO));
  return cli::kExitOk;
}

}  // namespace heapreel::commands
