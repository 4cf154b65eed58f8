// `heapreel generate`: a simulated program's calls as a reel.
#include "tools/workloads/generate.h"

#include <charconv>
#include <fmt/format.h>
#include <thread>

#include "tools/cli/check_arguments.h"
#include "tools/cli/quantity.h"
#include "tools/commands/generate_like.h"
#include "tools/commands/generate_list.h"
#include "tools/commands/progress.h"
#include "tools/commands/table.h"
#include "tools/commands/warn.h"

namespace heapreel::commands {
namespace {

using workloads::GenerateRequest;
using workloads::GenerateResult;

constexpr double kScaleLeast = 1e-6;
constexpr double kScaleMost = 1e6;
constexpr uint64_t kThreadsMost = 1U << 16;

// A number that, if given, is not 0.
base::Result<uint64_t> at_least_1(const cli::Arguments& arguments, std::string_view flag) {
  const auto value = arguments.get_number(flag);
  if (value && *value == 0)
    return base::fail(cli::usage_error(arguments.command(),
                                       fmt::format("bad value '{}' for '--{}'", *arguments.get(flag), flag),
                                       "expected at least 1"));
  return value.value_or(0);
}

base::Result<double> scale_of(const cli::Arguments& arguments) {
  const std::string text = *arguments.get("scale");
  double scale = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), scale);
  if (error != std::errc{} || end != text.data() + text.size() || !(scale >= kScaleLeast && scale <= kScaleMost))
    return base::fail(cli::usage_error(arguments.command(), fmt::format("bad value '{}' for '--scale'", text),
                                       "expected a number from 0.000001 to 1000000"));
  return scale;
}

base::Result<GenerateRequest> request_of(const cli::Arguments& arguments) {
  const auto output = arguments.get("output");
  if (!output)
    return base::fail(cli::usage_error(arguments.command(), "missing '--output FILE'", "the reel needs a name"));
  const auto events = at_least_1(arguments, "events");
  if (!events) return base::fail(events.error());
  const auto duration_ns = at_least_1(arguments, "duration");
  if (!duration_ns) return base::fail(duration_ns.error());
  const auto threads = at_least_1(arguments, "threads");
  if (!threads) return base::fail(threads.error());
  const auto scale = scale_of(arguments);
  if (!scale) return base::fail(scale.error());
  GenerateRequest request{.workload = arguments.positional("WORKLOAD"), .output = *output};
  request.overwrite = arguments.has("force");
  request.parameters = arguments.get_all("parameter");
  request.seed = *arguments.get_number("seed");
  request.scale = *scale;
  request.threads = static_cast<uint32_t>(std::min(*threads, kThreadsMost));
  request.events = *events;
  request.duration_ns = *duration_ns;
  return request;
}

void tell(const GenerateRequest& request, const GenerateResult& result) {
  fmt::print(
      stderr, "generated {} of {} in {}: {}, {}\ncontent id {}\nnext: heapreel replay {}\n",
      count_of(result.events, "event"), count_of(result.threads, "thread"), cli::format_duration(result.duration_ns),
      cli::format_bytes(result.bytes),
      fmt::format("{:.3f} bytes an event", static_cast<double>(result.bytes) / static_cast<double>(result.events)),
      base::to_hex(result.content_id), request.output);
}

}  // namespace

base::Result<int> run_generate(const cli::Arguments& arguments) {
  if (arguments.has("like")) return generate_like(arguments);
  const std::string workload = arguments.positional("WORKLOAD");
  if (arguments.has("list")) return list_workloads(workload, arguments.has("json"));
  if (workload.empty())
    return base::fail(cli::usage_error(arguments.command(), "missing WORKLOAD", "there is nothing to simulate",
                                       "'heapreel generate --list' names the workloads"));
  auto request = request_of(arguments);
  if (!request) return base::fail(std::move(request).error());
  base::WorkerPool pool(std::max(std::thread::hardware_concurrency(), 1U));
  base::Result<GenerateResult> result;
  {
    Progress progress("generating:");
    request->on_progress = [&progress](uint64_t events) { progress.events(events); };
    result = workloads::generate(*request, pool);
  }
  if (!result) return base::fail(result.error());
  tell(*request, *result);
  return cli::kExitOk;
}

}  // namespace heapreel::commands
