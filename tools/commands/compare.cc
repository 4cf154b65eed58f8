// `heapreel compare`: two results.json, or one and a history.
#include "tools/compare/compare.h"

#include <fmt/format.h>

#include "tools/cli/check_arguments.h"
#include "tools/cli/output.h"
#include "tools/cli/tell.h"
#include "tools/cli/terminal.h"
#include "tools/commands/table.h"
#include "tools/compare/history.h"
#include "tools/compare/text.h"
#include "trace_format/base/file.h"

namespace heapreel::commands {
namespace {

struct Files {
  std::optional<lab::ResultsFile> base{};  // nothing: the first of a history
  lab::ResultsFile next{};
  std::string base_name{}, next_name{};
};

base::Result<std::vector<compare::Condition>> conditions_of(const cli::Arguments& arguments) {
  std::vector<compare::Condition> conditions;
  for (const std::string& text : arguments.get_all("fail-if")) {
    auto condition = compare::parse_condition(text);
    if (!condition) return base::fail(condition.error());
    conditions.push_back(std::move(*condition));
  }
  return conditions;
}

base::Status read_into(const std::string& path, std::string& name, lab::ResultsFile& into) {
  auto file = lab::read_results_file(path);
  if (!file) return base::fail(file.error());
  name = path;
  into = std::move(*file);
  return {};
}

base::Result<Files> read_files(const cli::Arguments& arguments, const std::optional<compare::History>& history,
                               const std::string& commit) {
  const std::vector<std::string> paths = arguments.positionals("RESULTS");
  if (paths.size() > 2 || (paths.size() == 1 && !history))
    return base::fail(cli::usage_error(
        arguments.command(), paths.size() > 2 ? "more than two results" : "one result has nothing to compare with",
        "name the base and the new one; or --history DIR, and the new one alone"));
  Files files;
  HEAPREEL_TRY(read_into(paths.back(), files.next_name, files.next));
  const compare::Kept* latest = history ? history->latest_before(commit) : nullptr;
  if (paths.size() == 1 && latest == nullptr) return files;
  files.base.emplace();
  HEAPREEL_TRY(read_into(paths.size() == 2 ? paths.front() : latest->path, files.base_name, *files.base));
  if (files.base->results.size() != files.next.results.size())
    return base::fail(base::Error{.code = base::ErrorCode::kBadInput,
                                  .what = fmt::format("cannot compare {} with {}", files.next_name, files.base_name),
                                  .why = fmt::format("they hold the results of {} and {} reels",
                                                     files.next.results.size(), files.base->results.size()),
                                  .hint = "replay the same reels for both, in the same order"});
  return files;
}

base::Status put(const cli::Arguments& arguments, const char* flag, const std::string& text) {
  const auto path = arguments.get(flag);
  if (!path) return {};
  if (*path == "-") {
    cli::standard_output().write(text);
    return {};
  }
  auto file = base::OutputFile::create(*path, arguments.has("force"));
  if (!file) return base::fail(file.error());
  HEAPREEL_TRY(file->write(base::as_bytes(text.data(), text.size())));
  return file->commit();
}

bool prints_text(const cli::Arguments& arguments) {
  return arguments.get("json").value_or("") != "-" && arguments.get("markdown").value_or("") != "-";
}

// All reels of the two files. True if a condition is met.
base::Result<bool> compare_all(const cli::Arguments& arguments, const Files& files,
                               const std::vector<compare::Condition>& conditions) {
  std::string json, markdown;
  bool failed = false;
  for (size_t i = 0; i < files.next.results.size(); ++i) {
    const auto comparison =
        compare::compare({files.base_name, &files.base->results[i]}, {files.next_name, &files.next.results[i]},
                         arguments.has("across-machines"));
    const auto findings = compare::check(comparison, conditions);
    if (!findings) return base::fail(findings.error());
    failed = failed || !findings->empty();
    json += compare::comparison_json(comparison, conditions, *findings);
    markdown += compare::comparison_markdown(comparison, conditions, *findings);
    if (prints_text(arguments))
      cli::standard_output().write(
          compare::comparison_text(comparison, *findings, cli::text_width(1), cli::wants_utf8()));
  }
  HEAPREEL_TRY(put(arguments, "json", json));
  HEAPREEL_TRY(put(arguments, "markdown", markdown));
  return failed;
}

base::Status keep(compare::History& history, const std::string& commit, const lab::ResultsFile& file) {
  std::string text;
  for (const std::string& line : file.lines) text += line + "\n";
  return history.keep(commit, text);
}

}  // namespace

base::Result<int> run_compare(const cli::Arguments& arguments) {
  const auto conditions = conditions_of(arguments);
  if (!conditions) return base::fail(conditions.error());
  if (!prints_text(arguments) && arguments.get("json") == arguments.get("markdown"))
    return base::fail(cli::usage_error(arguments.command(), "two outputs cannot both be standard output",
                                       "name a file for '--markdown'"));
  std::optional<compare::History> history;
  std::string commit;
  if (const auto folder = arguments.get("history")) {
    auto opened = compare::History::open(*folder);
    if (!opened) return base::fail(opened.error());
    history.emplace(std::move(*opened));
    auto name = compare::commit_name(arguments.get("commit").value_or(""));
    if (!name) return base::fail(name.error());
    commit = std::move(*name);
  }
  const auto files = read_files(arguments, history, commit);
  if (!files) return base::fail(files.error());
  base::Result<bool> failed = false;
  if (files->base) failed = compare_all(arguments, *files, *conditions);
  if (!failed) return base::fail(failed.error());
  if (history) HEAPREEL_TRY(keep(*history, commit, files->next));
  if (!files->base) cli::tell("heapreel: kept as the first of the history; nothing to compare with yet\n");
  return *failed ? cli::kExitCheckFailed : cli::kExitOk;
}

}  // namespace heapreel::commands
