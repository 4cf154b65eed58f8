// Where results go besides the terminal: --json, --csv, --markdown, --report. Opened before anything is measured, so
// that an output that cannot be written costs no time; all get their final names together, at the end.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "replayer/lab/results.h"
#include "tools/cli/arguments.h"
#include "trace_format/base/file.h"

namespace heapreel::commands {

// --json, --csv, --markdown, --report, --force.
std::vector<cli::FlagSpec> result_output_flags();

class ResultOutputs {
 public:
  // Of those flags that the command has. At most one may be '-', standard output.
  // `page_flag` names the page's path.
  static base::Result<ResultOutputs> open(const cli::Arguments& arguments, const char* page_flag = "report");

  // results.json, and report.html if there is a page to be had; what is there already is replaced.
  static base::Result<ResultOutputs> in_folder(const std::string& folder);

  // Nothing else belongs on standard output.
  bool takes_standard_output() const { return takes_standard_output_; }
  // The workload's portrait is shown by some of them.
  bool wants_portrait() const { return json_.has_value() || page_.has_value(); }
  base::Status add(const lab::Results& results);
  // `json` is the same as a line of results.json.
  base::Status add(const lab::Results& results, const std::string& json);
  // `trend` is what the page draws of a history; empty: nothing.
  base::Status finish(const std::string& trend = {});

 private:
  struct Sink {
    std::string path{};
    std::optional<base::OutputFile> file{};  // nothing: standard output
  };
  base::Status take(const cli::Arguments& arguments, const char* flag, std::optional<Sink>& sink);
  static base::Status write(std::optional<Sink>& sink, const std::string& text);

  std::optional<Sink> json_{}, csv_{}, markdown_{}, page_{};
  bool takes_standard_output_ = false;
  bool begun_ = false;
  struct Shown {
    std::string name, json, verdict, advice;
  };
  std::vector<Shown> shown_{};  // for the page
};

// The words of this process, as results keep them; and the time, as 2026-11-22T02:40:00Z.
std::vector<std::string> own_words();
std::string now_text();

}  // namespace heapreel::commands
