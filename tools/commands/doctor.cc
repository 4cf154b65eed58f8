// `heapreel doctor`: may this machine record, and may this program be recorded?
#include "tools/commands/doctor.h"

#include <filesystem>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "recorder/target/host.h"
#include "tools/cli/output.h"
#include "tools/cli/terminal.h"
#include "tools/commands/table.h"

namespace heapreel::commands {
namespace {

target::Words own_environment() {
  target::Words entries;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) entries.emplace_back(*entry);
  return entries;
}

DoctorSection look_at_machine() {
  std::error_code fault;
  const std::string folder = std::filesystem::current_path(fault).string();
  return {"machine", "Machine", target::judge_host(target::look_at_host(fault ? "." : folder))};
}

// A program that cannot be found or read is a finding like others: the rest of the list is still of use.
DoctorSection look_at_program(const target::Words& command, DoctorReport& report) {
  DoctorSection section{"program", fmt::format("Program: {}", fmt::join(command, " ")), {}};
  const auto seen = target::inspect(command, own_environment());
  if (!seen) {
    const base::Error& error = seen.error();
    section.findings.push_back(
        {target::Level::kRefuse, "program", fmt::format("{}: {}", error.what, error.why), error.hint});
    return section;
  }
  target::Verdict verdict = target::judge(*seen);
  section.findings = std::move(verdict.findings);
  report.environment = std::move(verdict.environment);
  return section;
}

}  // namespace

target::Level DoctorReport::worst() const {
  target::Level level = target::Level::kOk;
  for (const DoctorSection& section : sections) level = std::max(level, target::worst(section.findings));
  return level;
}

base::Result<int> run_doctor(const cli::Arguments& arguments) {
  DoctorReport report;
  report.sections.push_back(look_at_machine());
  report.sections.push_back({"recorder", "Recorder", findings_of_shim()});
  target::Words command = arguments.positionals("CMD");
  for (std::string& word : arguments.positionals("ARGS")) command.push_back(std::move(word));
  if (!command.empty()) report.sections.push_back(look_at_program(command, report));
  cli::Output& out = cli::standard_output();
  out.write(arguments.has("json")
                ? doctor_json(report)
                : doctor_text(report, cli::text_width(STDOUT_FILENO), cli::wants_colour(STDOUT_FILENO)));
  return report.worst() == target::Level::kRefuse ? cli::kExitCheckFailed : cli::kExitOk;
}

}  // namespace heapreel::commands
