// results.json (schema heapreel.results/1): one object a line. Twin: results.h.
#include <nlohmann/json.hpp>

#include "replayer/lab/details_json.h"
#include "replayer/lab/figures.h"
#include "replayer/lab/results.h"
#include "replayer/lab/workload_json.h"
#include "trace_format/base/hash.h"

namespace heapreel::lab {
namespace {

using Json = nlohmann::ordered_json;

Json estimate_json(const Estimate& estimate) {
  return {{"median", estimate.median}, {"ci95", {estimate.low, estimate.high}}};
}

Json metric_json(const Metric& metric) {
  Json json = estimate_json(metric.estimate);
  json["samples"] = metric.samples;
  return json;
}

Json comparison_json(const Comparison& comparison) {
  Json json = estimate_json(comparison.ratio);
  json["tie"] = comparison.tie;
  json["drift"] = comparison.drift;
  json["drifts"] = comparison.drifts;
  return json;
}

Json latency_json(const CallLatency& latency) {
  Json json = {{"count", latency.count}};
  Json unresolved = Json::array();
  for (size_t i = 0; i < kQuantiles; ++i) {
    json[kQuantileName[i]] = latency.ns[i];
    if (!latency.resolved[i]) unresolved.push_back(kQuantileName[i]);
  }
  json["max"] = latency.max_ns;
  json["unresolved"] = std::move(unresolved);
  if (!latency.p999_samples.empty()) json["p999_samples"] = latency.p999_samples;
  return json;
}

Json latency_detail_json(const std::vector<CallLatency>& rows) {
  Json list = Json::array();
  for (const CallLatency& row : rows) {
    Json json = {{"call", row.call}, {"size_max_bytes", nullptr}, {"remote", row.remote == 1}};
    if (const uint64_t most = kSizeClassMax[static_cast<size_t>(row.size_class)]; most != 0)
      json["size_max_bytes"] = most;
    json.update(latency_json(row));
    list.push_back(std::move(json));
  }
  return list;
}

Json timeline_json(const std::vector<TimelinePoint>& points) {
  Json list = Json::array();
  for (const TimelinePoint& point : points)
    list.push_back(
        {{"t_ns", point.t_ns}, {"op", point.op}, {"rss_bytes", point.rss_bytes}, {"live_bytes", point.live_bytes}});
  return list;
}

Json allocator_json(const AllocatorResult& allocator) {
  Json json = {{"name", allocator.name},         {"library", allocator.library}, {"version", allocator.version},
               {"build_id", allocator.build_id}, {"link", allocator.link},       {"env", allocator.settings},
               {"verified", allocator.verified}, {"proof", allocator.proof}};
  if (allocator.failed())
    json["failed"] = {{"what", allocator.failure}, {"pass", allocator.failed_pass}, {"detail", allocator.detail}};
  for (const auto& [name, metric] : allocator.metrics) json[name] = metric_json(metric);
  if (!allocator.metrics.empty()) {
    json["ns_per_op_to_reference"] = comparison_json(allocator.ns_per_op_to_reference);
    json["ops_per_s_to_reference"] = comparison_json(allocator.ops_per_s_to_reference);
    Json memory = Json::object();
    for (const auto& [name, comparison] : allocator.memory_to_reference) memory[name] = comparison_json(comparison);
    if (!memory.empty()) json["memory_to_reference"] = std::move(memory);
    json["wait_share"] = allocator.wait_share;
    json["sleeping_calls"] = allocator.sleeping_calls;
    json["clock_warped"] = allocator.clock_warped;
  }
  Json latency = Json::object();
  for (const CallLatency& row : allocator.latency) latency[row.call] = latency_json(row);
  json["latency_ns"] = std::move(latency);
  json["latency_ns_detail"] = latency_detail_json(allocator.latency_detail);
  if (!allocator.latency_curves.empty()) json["latency_ns_curve"] = curves_json(allocator.latency_curves);
  if (!allocator.slowest_calls.empty()) json["slowest_calls"] = slow_calls_json(allocator.slowest_calls);
  if (!allocator.knobs.empty()) json["knobs"] = knobs_json(allocator.knobs);
  if (!allocator.predicted_json.empty()) json["predicted"] = Json::parse(allocator.predicted_json);
  json["timeline"] = timeline_json(allocator.timeline);
  return json;
}

Json allocators_json(const std::vector<AllocatorResult>& allocators) {
  Json list = Json::array();
  for (const AllocatorResult& allocator : allocators) list.push_back(allocator_json(allocator));
  return list;
}

Json policies_json(const plan::Policies& policies) {
  return {{"failed_allocations", policies.failed_allocations},
          {"unknown_frees", policies.unknown_frees},
          {"unknown_reallocs", policies.unknown_reallocs},
          {"inherited_blocks", policies.inherited_blocks},
          {"implied_frees", policies.implied_frees},
          {"double_frees", policies.double_frees},
          {"runtime_events", policies.runtime_events},
          {"lost_events", policies.lost_events},
          {"inversions_repaired", policies.inversions_repaired},
          {"touches_without_block", policies.touches_without_block},
          {"out_of_place", policies.out_of_place}};
}

Json reel_json(const ReelFacts& reel) {
  const plan::PlanHeader& plan = reel.plan;
  return {{"id", reel.id},
          {"path", reel.path},
          {"events", reel.events},
          {"threads", reel.threads},
          {"lost_events", reel.lost_events},
          {"duration_ns", reel.duration_ns},
          {"architecture", reel.architecture},
          {"page_bytes", reel.page_bytes},
          {"allocator", reel.allocator},
          {"ops", plan.ops},
          {"calls", calls_of(plan)},
          {"threads_alive_max", plan.threads_alive_max},
          {"bytes_requested", plan.bytes_requested},
          {"cross_thread_frees", plan.cross_thread_frees},
          {"live_peak_bytes", plan.live_peak_bytes},
          {"live_peak_t_ns", plan.live_peak_time_ns},
          {"live_mean_bytes", plan.live_mean_bytes},
          {"live_end_bytes", plan.live_end_bytes},
          {"policies", policies_json(plan.policies)}};
}

Json machine_json(const MachineFacts& machine) {
  return {{"cpu", machine.cpu},
          {"cores", machine.cores},
          {"kernel", machine.kernel},
          {"libc", machine.libc},
          {"transparent_huge_pages", machine.huge_pages},
          {"memory_bytes", machine.memory_bytes},
          {"page_bytes", machine.page_bytes},
          {"ticks_per_second", machine.ticks_per_second},
          {"load_before", machine.load_before},
          {"load_after", machine.load_after},
          {"hardware_counters", machine.has_hardware_counters ? "read" : "n/a"}};
}

Json config_json(const ConfigFacts& config) {
  return {{"pace", config.pace},
          {"memory_pace", config.memory_pace},
          {"speed", config.speed},
          {"order", config.order},
          {"touch", config.touch},
          {"rounds", config.rounds},
          {"rounds_were_fixed", config.rounds_were_fixed},
          {"rounds_ended_by", config.stopped_by},
          {"latency_rounds", config.latency_rounds},
          {"memory_rounds", config.memory_rounds},
          {"quick", config.quick},
          {"seed", config.seed},
          {"window_ops", config.window_ops},
          {"window_ns", config.window_ns},
          {"stop_at_op", config.stop_at_seq},
          {"time_limit_s", config.time_limit_s},
          {"watchdog_s", config.watchdog_s},
          {"cpus", config.cpus},
          {"reference", config.reference}};
}

Json gate_json(const Gate& gate) {
  Json json = {{"gate", gate.number}, {"state", kGateStateName[static_cast<size_t>(gate.state)]}, {"pass", nullptr}};
  if (gate.state != GateState::kSkipped) json["pass"] = gate.state != GateState::kFail;
  json["text"] = gate.text;
  for (const auto& [name, value] : gate.figures) json[name] = value;
  return json;
}

// The gates are the experiment's; an allocator's own are those of them, so that a row can be read by itself.
Json gates_json(const std::vector<Gate>& gates) {
  Json json = Json::object();
  for (const Gate& gate : gates) json[gate.name] = gate_json(gate);
  return json;
}

Json self_check_json(const SelfCheck& check) {
  Json json = check.json.empty() ? Json::object() : Json::parse(check.json);
  json["level"] = check.level;
  json["text"] = check.text;
  return json;
}

}  // namespace

std::string results_json(const Results& results) {
  const Json fidelity = gates_json(results.gates);
  Json allocators = allocators_json(results.allocators);
  for (Json& allocator : allocators) {
    allocator["fidelity"] = fidelity;
    allocator["selfcheck"] = self_check_json(results.self_check);
  }
  Json json = {{"schema", kResultsSchema},
               {"producer_version", results.producer_version},
               {"command", results.command},
               {"made_at", results.made_at},
               {"reel", reel_json(results.reel)},
               {"machine", machine_json(results.machine)},
               {"config", config_json(results.config)},
               {"null", allocator_json(results.null)},
               {"aa", {{"ratio", estimate_json(results.aa.ratio)}, {"claimable_difference", results.aa.claimable}}},
               {"allocators", allocators},
               {"references", allocators_json(results.references)},
               {"fidelity", fidelity},
               {"fidelity_holds", results.gates_hold()},
               {"selfcheck", self_check_json(results.self_check)},
               {"warnings", results.warnings},
               {"wall_s", results.wall_s},
               {"sampler_cpu_s", results.sampler_cpu_s}};
  if (results.workload) json["workload"] = workload_json(*results.workload);
  if (results.program) json["program"] = program_json(*results.program);
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace heapreel::lab
