// The functions of result_outputs.h.
#include "tools/commands/result_outputs.h"

#include <ctime>
#include <fmt/format.h>
#include <fstream>

#include "tools/advice/advice.h"
#include "tools/cli/check_arguments.h"
#include "tools/cli/output.h"
#include "tools/report/page.h"
#include "tools/report/page_data.h"
#include "tools/verdict/text.h"

namespace heapreel::commands {
namespace {

cli::FlagSpec output_flag(const char* name, const char* help) {
  return {.name = name, .kind = cli::ValueKind::kFile, .value_name = "OUT", .help = help, .group = "Output"};
}

base::Error no_page() {
  return {.code = base::ErrorCode::kUnsupported,
          .what = "cannot make a report",
          .why = "this heapreel was built without the page (HEAPREEL_REPORT=OFF)",
          .hint = "build it with npm at hand; --markdown and --csv work without"};
}

}  // namespace

std::vector<cli::FlagSpec> result_output_flags() {
  std::vector<cli::FlagSpec> flags = {
      output_flag("json",
                  "write everything that was measured, one JSON object a line and reel (schema "
                  "heapreel.results/1); '-' is standard output, here and below"),
      output_flag("csv", "write the verdict's figures as rows of a table"),
      output_flag("markdown", "write the verdict for a pull request"),
      output_flag("report", "write a page for the browser: one HTML file that needs no network")};
  flags.push_back({.name = "force", .help = "overwrite existing outputs", .group = "Output"});
  return flags;
}

base::Result<ResultOutputs> ResultOutputs::open(const cli::Arguments& arguments, const char* page_flag) {
  ResultOutputs outputs;
  HEAPREEL_TRY(outputs.take(arguments, "json", outputs.json_));
  HEAPREEL_TRY(outputs.take(arguments, "csv", outputs.csv_));
  HEAPREEL_TRY(outputs.take(arguments, "markdown", outputs.markdown_));
  HEAPREEL_TRY(outputs.take(arguments, page_flag, outputs.page_));
  if (outputs.page_ && !report::page_available()) return base::fail(no_page());
  return outputs;
}

base::Result<ResultOutputs> ResultOutputs::in_folder(const std::string& folder) {
  ResultOutputs outputs;
  const auto open_in = [&folder](const char* name, std::optional<Sink>& sink) -> base::Status {
    auto file = base::OutputFile::create(folder + "/" + name, true);
    if (!file) return base::fail(file.error());
    sink.emplace(Sink{.path = file->path(), .file = {}});
    sink->file.emplace(std::move(*file));
    return {};
  };
  HEAPREEL_TRY(open_in("results.json", outputs.json_));
  if (report::page_available()) HEAPREEL_TRY(open_in("report.html", outputs.page_));
  return outputs;
}

base::Status ResultOutputs::take(const cli::Arguments& arguments, const char* flag, std::optional<Sink>& sink) {
  if (cli::find_flag(arguments.command(), flag) == nullptr) return {};
  const auto path = arguments.get(flag);
  if (!path || path->empty()) return {};
  Sink opened{.path = *path};
  if (*path == "-") {
    if (takes_standard_output_)
      return base::fail(cli::usage_error(arguments.command(), "two outputs cannot both be standard output",
                                         fmt::format("name a file for '--{}'", flag)));
    takes_standard_output_ = true;
  } else {
    auto file = base::OutputFile::create(*path, arguments.has("force"));
    if (!file) return base::fail(file.error());
    opened.file.emplace(std::move(*file));
  }
  sink.emplace(std::move(opened));
  return {};
}

base::Status ResultOutputs::write(std::optional<Sink>& sink, const std::string& text) {
  if (!sink) return {};
  if (sink->file) return sink->file->write(base::as_bytes(text.data(), text.size()));
  cli::standard_output().write(text);
  return {};
}

base::Status ResultOutputs::add(const lab::Results& results) {
  if (!json_ && !csv_ && !markdown_ && !page_) return {};
  return add(results, lab::results_json(results));
}

base::Status ResultOutputs::add(const lab::Results& results, const std::string& json) {
  HEAPREEL_TRY(write(json_, json));
  if (!csv_ && !markdown_ && !page_) return {};
  const verdict::Verdict verdict = verdict::judge(results);
  HEAPREEL_TRY(write(csv_, verdict::verdict_csv(verdict, results.reel.path, !begun_)));
  HEAPREEL_TRY(write(markdown_, verdict::verdict_markdown(verdict, results.reel.path)));
  begun_ = true;
  if (page_)
    shown_.push_back({.name = results.reel.path,
                      .json = json,
                      .verdict = verdict::verdict_json(verdict),
                      .advice = advice::advice_json(advice::advise(results))});
  return {};
}

base::Status ResultOutputs::finish(const std::string& trend) {
  if (page_) {
    std::vector<report::RunTexts> runs;
    for (const Shown& one : shown_)
      runs.push_back({.name = one.name, .results = one.json, .verdict = one.verdict, .advice = one.advice});
    const auto data = report::make_page_data(runs, trend);
    if (!data) return base::fail(data.error());
    HEAPREEL_TRY(write(page_, report::make_page(*data)));
  }
  for (std::optional<Sink>* sink : {&json_, &csv_, &markdown_, &page_})
    if (*sink && (*sink)->file) HEAPREEL_TRY((*sink)->file->commit());
  return {};
}

std::vector<std::string> own_words() {
  std::vector<std::string> words;
  std::ifstream file("/proc/self/cmdline", std::ios::binary);  // its size is told as 0
  for (std::string word; std::getline(file, word, '\0');) words.push_back(word);
  if (!words.empty()) words.front() = "heapreel";
  return words;
}

std::string now_text() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

}  // namespace heapreel::commands
