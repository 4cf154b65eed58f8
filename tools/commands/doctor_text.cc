// The checklist for a person: one line a check, its hint below it, a verdict at the end. Plain ASCII, so that it reads
// alike in every locale.
#include <fmt/format.h>
#include <unistd.h>

#include "tools/cli/terminal.h"
#include "tools/cli/text.h"
#include "tools/commands/doctor.h"
#include "tools/commands/warn.h"

namespace heapreel::commands {
namespace {

constexpr size_t kTextColumn = 24;  // where what was found begins: "  warn  output folder   "

struct Mark {
  std::string_view word;
  std::string_view style;
};

Mark mark_of(target::Level level) {
  switch (level) {
    case target::Level::kOk:
      return {"ok", "32"};
    case target::Level::kNote:
      return {"note", "36"};
    case target::Level::kWarn:
      return {"warn", "33"};
    case target::Level::kRefuse:
      return {"fail", "1;31"};
  }
  return {};
}

// Paths and names come from anywhere: nothing in them may steer a terminal.
std::string shown(std::string_view text) { return cli::printable(text, cli::wants_utf8()); }

class Sheet {
 public:
  Sheet(size_t width, bool colour) : width_(width), colour_(colour) {}

  void section(const DoctorSection& section) {
    if (!text_.empty()) text_ += '\n';
    text_ += fmt::format("{}\n", styled(shown(section.title), "1"));
    for (const target::Finding& finding : section.findings) add(finding);
  }

  void end(const DoctorReport& report) {
    for (const auto& [name, value] : report.environment)
      text_ += fmt::format("\nThe program is started with {}={}.\n", name, value);
    text_ += '\n';
    for (const std::string& line : cli::wrap(verdict(report), width_))
      text_ += fmt::format("{}\n", styled(line, report.worst() == target::Level::kRefuse ? "1;31" : "1"));
  }

  std::string take() { return std::move(text_); }

 private:
  std::string styled(std::string_view text, std::string_view style) const {
    return cli::styled(text, colour_ ? style : std::string_view());
  }

  void add(const target::Finding& finding) {
    const Mark mark = mark_of(finding.level);
    const std::string pad(6 - mark.word.size(), ' ');
    const std::string head = fmt::format("  {}{}{:<16}", styled(mark.word, mark.style), pad, finding.what);
    add_lines(head, finding.why);
    if (!finding.hint.empty()) add_lines(std::string(kTextColumn, ' '), "hint: " + finding.hint);
  }

  void add_lines(std::string head, std::string_view text) {
    for (const std::string& line : cli::wrap(shown(text), width_ - kTextColumn)) {
      text_ += fmt::format("{}{}\n", head, line);
      head.assign(kTextColumn, ' ');
    }
  }

  static std::string verdict(const DoctorReport& report) {
    uint64_t failures = 0, warnings = 0;
    for (const DoctorSection& section : report.sections)
      for (const target::Finding& finding : section.findings) {
        failures += finding.level == target::Level::kRefuse ? 1 : 0;
        warnings += finding.level == target::Level::kWarn ? 1 : 0;
      }
    if (failures > 0)
      return fmt::format("{} failed: a recording cannot work as things are.", count_of(failures, "check"));
    if (warnings > 0) return fmt::format("A recording can work, with {}.", count_of(warnings, "warning"));
    return "All is well for a recording.";
  }

  size_t width_;
  bool colour_;
  std::string text_;
};

}  // namespace

std::string doctor_text(const DoctorReport& report, size_t width, bool colour) {
  Sheet sheet(width, colour);
  for (const DoctorSection& section : report.sections) sheet.section(section);
  sheet.end(report);
  return sheet.take();
}

}  // namespace heapreel::commands
