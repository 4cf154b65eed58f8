// Sections in the order people look for them: what it is, how it is called, what it takes, examples, exit status.
//
// Every line fits the page's width; labels stand in one column per section.
#include "tools/cli/help.h"

#include <algorithm>
#include <fmt/format.h>

#include "tools/cli/text.h"
#include "tools/cli/version.h"

namespace heapreel::cli {
namespace {

constexpr size_t kIndent = 2;
constexpr std::string_view kHeadingStyle = "1;4";
constexpr std::string_view kLabelStyle = "1";

class Sheet {
 public:
  explicit Sheet(const Page& page) : page_(page) {}

  void line(std::string_view text) { text_ += fmt::format("{}\n", text); }
  void heading(std::string_view text) { text_ += fmt::format("\n{}\n", styled(text, style(kHeadingStyle))); }
  void paragraphs(std::string_view text, size_t indent) { text_ += indent_paragraphs(text, indent, page_.width); }
  void rows(const std::vector<Row>& rows) {
    text_ += two_columns(rows, {kIndent, label_column(rows), page_.width}, style(kLabelStyle));
  }
  std::string style(std::string_view style) const { return page_.colour ? std::string(style) : std::string(); }
  std::string take() { return std::move(text_); }

 private:
  Page page_;
  std::string text_;
};

// A flag's own sentence, what goes with it in brackets, and a line for each choice.
std::string flag_text(const FlagSpec& flag) {
  std::string text(flag.help);
  if (!flag.default_value.empty()) text += fmt::format(" [default: {}]", flag.default_value);
  if (flag.repeatable) text += " [may be given several times]";
  if (!flag.needs.empty()) text += fmt::format(" [needs --{}]", flag.needs);
  for (const Choice& choice : flag.choices) {
    text += fmt::format("\n{}{}{}", choice.name, choice.help.empty() ? "" : ": ", choice.help);
  }
  return text;
}

// Long forms stand under each other whether or not there is a short one.
Row flag_row(const FlagSpec& flag) {
  return {fmt::format("{}{}", flag.letter == 0 ? "    " : "", full_form(flag)), flag_text(flag)};
}

void add_usage(Sheet& sheet, std::string_view usage) {
  sheet.heading("Usage");
  sheet.paragraphs(usage, kIndent);
}

void add_arguments(Sheet& sheet, const CommandSpec& command) {
  if (command.positionals.empty()) return;
  std::vector<Row> rows;
  for (const PositionalSpec& positional : command.positionals) {
    rows.push_back({shown_form(positional), std::string(positional.help)});
  }
  sheet.heading("Arguments");
  sheet.rows(rows);
}

void add_flags(Sheet& sheet, const std::vector<FlagSpec>& flags) {
  std::vector<std::string_view> groups;
  for (const FlagSpec& flag : flags) {
    if (std::ranges::find(groups, flag.group) == groups.end()) groups.push_back(flag.group);
  }
  for (const std::string_view group : groups) {
    std::vector<Row> rows;
    for (const FlagSpec& flag : flags) {
      if (flag.group == group) rows.push_back(flag_row(flag));
    }
    sheet.heading(group);
    sheet.rows(rows);
  }
}

void add_examples(Sheet& sheet, const CommandSpec& command) {
  if (command.examples.empty()) return;
  sheet.heading("Examples");
  for (const Example& example : command.examples) {
    sheet.line(fmt::format("  {}", styled(example.command, sheet.style(kLabelStyle))));
    sheet.paragraphs(example.explanation, 3 * kIndent);
  }
}

void add_exit_statuses(Sheet& sheet, const CommandSpec* command) {
  std::vector<Row> rows;
  for (const ExitStatus& status : exit_statuses(command)) {
    rows.push_back({fmt::format("{}", status.code), std::string(status.meaning)});
  }
  sheet.heading("Exit status");
  sheet.rows(rows);
}

void add_commands(Sheet& sheet, const CommandTable& table) {
  std::vector<Row> rows;
  for (const CommandSpec* command : table.listed())
    rows.push_back({std::string(command->name), std::string(command->summary)});
  const size_t column = label_column(rows);
  for (const std::string_view group : table.groups()) {
    sheet.heading(group);
    for (const CommandSpec* command : table.listed()) {
      if (command->group == group) {
        sheet.line(fmt::format("  {}{:{}}{}", styled(command->name, sheet.style(kLabelStyle)), "",
                               column - command->name.size(), command->summary));
      }
    }
  }
}

}  // namespace

std::string overview_help(const CommandTable& table, const Page& page) {
  Sheet sheet(page);
  sheet.line(fmt::format("heapreel {}", kVersion));
  sheet.paragraphs(kProgramSummary, 0);
  add_usage(sheet, "heapreel COMMAND [ARGUMENTS]");
  add_commands(sheet, table);
  add_flags(sheet, global_flags());
  add_exit_statuses(sheet, nullptr);
  sheet.line("");
  sheet.paragraphs("'heapreel COMMAND --help' shows the arguments of a command, with examples.", 0);
  return sheet.take();
}

std::string command_help(const CommandSpec& command, const Page& page) {
  Sheet sheet(page);
  sheet.paragraphs(fmt::format("heapreel {}: {}", command.name, command.summary), 0);
  add_usage(sheet, synopsis(command));
  if (!command.description.empty()) sheet.line("");
  sheet.paragraphs(command.description, 0);
  add_arguments(sheet, command);
  add_flags(sheet, all_flags(command));
  add_examples(sheet, command);
  add_exit_statuses(sheet, &command);
  return sheet.take();
}

}  // namespace heapreel::cli
