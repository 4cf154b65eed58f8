// The way from a request to a reel of generate.h.
#include "tools/workloads/generate.h"

#include <algorithm>
#include <fmt/format.h>

#include "tools/workloads/made_reel.h"
#include "trace_format/store/reel_writer.h"

namespace heapreel::workloads {
namespace {

constexpr uint64_t kTimeErrorNs = 4000;  // as `pack` has it

StageLimits limits_of(const GenerateRequest& request, const WorkloadSpec& spec) {
  StageLimits limits;
  if (request.duration_ns != 0) limits.time_ns = request.duration_ns;
  if (request.events != 0) limits.events = request.events;
  if (request.events == 0 && request.duration_ns == 0) limits.events = spec.events;
  return limits;
}

base::Status check_threads(const WorkloadSpec& spec, uint32_t threads) {
  if (threads >= spec.threads_least && threads <= spec.threads_most) return {};
  return base::fail({.code = base::ErrorCode::kUsage,
                     .what = fmt::format("bad value '{}' for '--threads'", threads),
                     .why = spec.threads_least == spec.threads_most
                                ? fmt::format("{} has {}", spec.name, spec.threads_most)
                                : fmt::format("{} takes {} to {}", spec.name, spec.threads_least, spec.threads_most),
                     .hint = {}});
}

// How it was made stands in the reel, so that it can be made again.
reel::proto::Metadata head_of(const GenerateRequest& request, const Production& production) {
  reel::proto::Metadata head = head_of_made("workload", request.seed);
  auto& options = *head.mutable_capture()->mutable_options();
  options["workload"] = request.workload;
  options["threads"] = std::to_string(production.threads);
  if (request.scale != 1) options["scale"] = fmt::format("{}", request.scale);
  for (const std::string& each : request.parameters) {
    const size_t equals = each.find('=');
    options["parameter." + each.substr(0, equals)] = each.substr(equals + 1);
  }
  return head;
}

}  // namespace

base::Result<Production> prepare(const GenerateRequest& request) {
  auto spec = find_workload(request.workload);
  if (!spec) return base::fail(std::move(spec).error());
  Production production{.spec = *spec, .workload = nullptr, .stage = nullptr};
  production.threads = request.threads != 0 ? request.threads : (*spec)->threads;
  HEAPREEL_TRY(check_threads(**spec, production.threads));
  const size_t colon = request.workload.find(':');
  Setting setting{.parameters = Parameters((*spec)->parameters),
                  .threads = production.threads,
                  .seed = request.seed,
                  .scale = request.scale};
  if (colon != std::string::npos) setting.argument = std::string_view(request.workload).substr(colon + 1);
  for (const std::string& each : request.parameters) HEAPREEL_TRY(setting.parameters.set((*spec)->name, each));
  auto workload = (*spec)->make(setting);
  if (!workload) return base::fail(std::move(workload).error());
  production.workload = std::move(*workload);
  production.stage = std::make_unique<Stage>(limits_of(request, **spec));
  production.workload->begin(*production.stage);
  return production;
}

base::Result<GenerateResult> generate(const GenerateRequest& request, base::WorkerPool& pool) {
  auto production = prepare(request);
  if (!production) return base::fail(std::move(production).error());
  auto writer = reel::ReelWriter::create(request.output, request.overwrite);
  if (!writer) return base::fail(std::move(writer).error());
  HEAPREEL_TRY(writer->append(head_of(request, *production)));
  reel::PackOptions options;
  options.times = reel::TimeKeeping::kWithin;
  options.time_error = kTimeErrorNs;
  options.on_progress = request.on_progress;
  const Stage& stage = *production->stage;
  const auto packed = reel::pack(*production->stage, *writer, pool, options);
  if (!packed) return base::fail(packed.error());
  HEAPREEL_TRY(writer->append(tail_of_made(stage.threads(), stage.end_ns(), *packed, options)));
  HEAPREEL_TRY(writer->finish());
  return GenerateResult{.events = packed->events,
                        .bytes = writer->bytes(),
                        .duration_ns = stage.end_ns(),
                        .threads = stage.threads(),
                        .content_id = packed->content_id};
}

}  // namespace heapreel::workloads
