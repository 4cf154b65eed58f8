// The texts of import_report.h.
#include "tools/commands/import_report.h"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tools/cli/output.h"
#include "tools/cli/quantity.h"
#include "tools/cli/tell.h"
#include "tools/commands/warn.h"

namespace heapreel::commands {
namespace {

using importers::ImportRequest;
using importers::ImportResult;
using Json = nlohmann::ordered_json;

struct Repair {
  std::string_view key;
  std::string_view words;  // before the count
  uint64_t count;
};

std::vector<Repair> repairs_of(const ImportResult& result) {
  const importers::Repairs& it = result.repairs;
  return {{"implied_frees", "frees that were implied, as the block's name was handed out again", it.implied_frees},
          {"unknown_frees", "frees of blocks that were not allocated in it", it.unknown_frees},
          {"unknown_reallocs", "reallocs of blocks that were not allocated in it", it.unknown_reallocs},
          {"unknown_reads", "looks at blocks that were not allocated in it", it.unknown_reads},
          {"times_raised", "times that went back, and were raised to the one before", it.times_raised}};
}

void print_lacks(const ImportResult& result) {
  size_t widest = 0;
  for (const importers::Lack& lack : result.lacks) widest = std::max(widest, lack.what.size());
  if (!result.lacks.empty()) cli::tell("what {} does not tell, and what is assumed:\n", result.format->name);
  for (const importers::Lack& lack : result.lacks) cli::tell("  {:{}}  {}\n", lack.what, widest, lack.assumed);
}

void print_repairs(const ImportResult& result) {
  for (const Repair& repair : repairs_of(result))
    if (repair.count > 0) cli::tell("heapreel: warning: {}: {}\n", repair.words, cli::format_count(repair.count));
  for (const std::string& remark : result.remarks) cli::tell("heapreel: warning: {}\n", remark);
}

void print_bad_lines(const ImportResult& result) {
  if (result.bad_lines == 0) return;
  cli::tell("heapreel: warning: {} left out\n",
            result.bad_lines == 1 ? "1 line that makes no sense was"
                                  : cli::format_count(result.bad_lines) + " lines that make no sense were");
  for (const importers::BadLine& line : result.first_bad_lines)
    cli::tell("  {}{}{}\n", line.number == 0 ? "" : fmt::format("line {}: ", line.number), line.why,
              line.text.empty() ? "" : fmt::format(": '{}'", line.text));
  if (result.bad_lines > result.first_bad_lines.size())
    cli::tell("  and {} more\n", cli::format_count(result.bad_lines - result.first_bad_lines.size()));
}

}  // namespace

void print_import(const ImportRequest& request, const ImportResult& result, bool detected) {
  const bool captured = result.format->open == nullptr;
  if (detected) cli::tell("it looks like {0}; --from {0} says so\n", result.format->name);
  std::string counts = count_of(result.events, "event");
  if (!captured)
    counts += fmt::format(" of {} and {}", count_of(result.threads, "thread"), count_of(result.objects, "object"));
  if (result.lines > 0) counts += fmt::format(" from {}", count_of(result.lines, "line"));
  cli::tell("imported {}, {}\n", counts, cli::format_bytes(result.bytes));
  print_lacks(result);
  print_repairs(result);
  print_bad_lines(result);
  if (captured)
    cli::tell("next: heapreel pack {} -o SMALLER.reel\n", request.output);
  else
    cli::tell("next: heapreel info {}\n", request.output);
}

void print_import_json(const ImportRequest& request, const ImportResult& result) {
  Json assumed = Json::object();
  for (const importers::Lack& lack : result.lacks) assumed[std::string(lack.what)] = lack.assumed;
  Json repaired = Json::object();
  for (const Repair& repair : repairs_of(result)) repaired[std::string(repair.key)] = repair.count;
  Json bad = Json::array();
  for (const importers::BadLine& line : result.first_bad_lines)
    bad.push_back({{"line", line.number}, {"why", line.why}, {"text", line.text}});
  Json all = {{"schema", "heapreel.import/1"},
              {"format", result.format->name},
              {"input", request.input},
              {"output", request.output},
              {"lines", result.lines},
              {"events", result.events},
              {"threads", result.threads},
              {"objects", result.objects},
              {"live_end_objects", result.objects_live_end},
              {"live_peak_objects", result.objects_live_peak},
              {"bytes_on_disk", result.bytes},
              {"assumed", assumed},
              {"repaired", repaired},
              {"bad_lines", result.bad_lines},
              {"first_bad_lines", bad},
              {"remarks", result.remarks}};
  if (result.format->open == nullptr)  // a capture: who is who is not known yet
    for (const char* key : {"threads", "objects", "live_end_objects", "live_peak_objects"}) all[key] = nullptr;
  cli::standard_output().write(all.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

}  // namespace heapreel::commands
