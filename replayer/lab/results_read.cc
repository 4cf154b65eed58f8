// The functions of results_read.h, a field at a time. Twin: results_json.cc.
#include "replayer/lab/results_read.h"

#include <algorithm>
#include <fmt/format.h>

#include "replayer/lab/details_read.h"
#include "replayer/lab/json_reading.h"
#include "replayer/lab/workload_json.h"

namespace heapreel::lab {
namespace {

using Field = JsonReading::Field;

Estimate read_estimate(const Field& field, bool may_be_negative = false) {
  const auto figure = [&](const Field& one) { return may_be_negative ? one.number() : one.amount(); };
  const std::vector<Field> interval = field["ci95"].items();
  if (interval.size() != 2) {
    field.fault("needs a ci95 of two figures");
    return {};
  }
  return {.median = figure(field["median"]), .low = figure(interval[0]), .high = figure(interval[1])};
}

// What is left when the harness is taken off may be below zero, by noise; nothing else may.
bool may_be_negative(const std::string& metric) { return metric == "ns_per_op_net"; }

Metric read_metric(const Field& field, const std::string& name) {
  Metric metric{.estimate = read_estimate(field, may_be_negative(name))};
  for (const Field& sample : field["samples"].items())
    metric.samples.push_back(may_be_negative(name) ? sample.number() : sample.amount());
  return metric;
}

Comparison read_comparison(const Field& field) {
  return {.ratio = read_estimate(field),
          .tie = field["tie"].truth(),
          .drift = field["drift"].number(),
          .drifts = field["drifts"].truth()};
}

CallLatency read_latency(const Field& field, const std::string& call) {
  CallLatency row{.call = call, .count = field["count"].count()};
  row.resolved.fill(true);
  for (size_t i = 0; i < kQuantiles; ++i) row.ns[i] = field[kQuantileName[i]].amount();
  row.max_ns = field["max"].amount();
  if (const Field runs = field.at("p999_samples", false); runs.there())
    for (const Field& run : runs.items()) row.p999_samples.push_back(run.amount());
  for (const Field& name : field["unresolved"].items())
    for (size_t i = 0; i < kQuantiles; ++i)
      if (name.text() == kQuantileName[i]) row.resolved[i] = false;
  return row;
}

CallLatency read_latency_detail(const Field& field) {
  CallLatency row = read_latency(field, field["call"].text());
  const Field most = field.at("size_max_bytes", false);
  const uint64_t size_max = most.there() ? most.count() : 0;
  row.size_class = static_cast<int>(std::ranges::find(kSizeClassMax, size_max) - kSizeClassMax.begin());
  if (row.size_class == static_cast<int>(kSizeClassMax.size())) most.fault("is no size class of ours");
  row.remote = field["remote"].truth() ? 1 : 0;
  return row;
}

std::vector<TimelinePoint> read_timeline(const Field& field) {
  std::vector<TimelinePoint> points;
  for (const Field& point : field.items())
    points.push_back({.t_ns = point["t_ns"].count(),
                      .op = point["op"].count(),
                      .rss_bytes = point["rss_bytes"].count(),
                      .live_bytes = point["live_bytes"].count()});
  return points;
}

void read_predicted(const Field& field, AllocatorResult& into) {
  if (!field.there()) return;
  into.predicted_json = field.dump();
  for (const char* name : {"rss_peak_bytes", "rss_mean_bytes", "cpu_s_delta"}) {
    const Field figure = field.at(name, false);
    if (!figure.there()) continue;
    const std::vector<Field> interval = figure["interval"].items();
    if (interval.size() != 2) figure.fault("needs an interval of two figures");
    if (interval.size() == 2)
      into.predicted[name] = {
          .value = figure["value"].number(), .low = interval[0].number(), .high = interval[1].number()};
  }
}

void read_failure(const Field& field, AllocatorResult& into) {
  if (!field.there()) return;
  into.failure = field["what"].text();
  into.failed_pass = field["pass"].text();
  into.detail = field["detail"].text();
  if (into.failure.empty()) field.fault("does not say what failed");
}

void read_figures(const Field& field, AllocatorResult& into) {
  for (const auto& [name, value] : field.members()) {
    if (name.ends_with("_to_reference")) continue;
    if (value.at("samples", false).there()) into.metrics[name] = read_metric(value, name);
  }
  if (into.metrics.empty()) return;
  into.ns_per_op_to_reference = read_comparison(field["ns_per_op_to_reference"]);
  into.ops_per_s_to_reference = read_comparison(field["ops_per_s_to_reference"]);
  if (const Field memory = field.at("memory_to_reference", false); memory.there())
    for (const auto& [name, value] : memory.members()) into.memory_to_reference[name] = read_comparison(value);
  into.wait_share = field["wait_share"].amount();
  into.sleeping_calls = field["sleeping_calls"].count();
  into.clock_warped = field["clock_warped"].truth();
  for (const auto& [name, metric] : into.metrics) {
    if (name == "lazy_free_bytes") into.lazy_free_bytes = metric.estimate.median;
    if (name == "huge_bytes") into.huge_bytes = metric.estimate.median;
  }
}

AllocatorResult read_allocator(const Field& field) {
  AllocatorResult allocator;
  allocator.name = field["name"].text();
  allocator.library = field["library"].text();
  allocator.version = field["version"].text();
  allocator.build_id = field["build_id"].text();
  allocator.link = field["link"].text();
  for (const Field& setting : field["env"].items()) allocator.settings.push_back(setting.text());
  allocator.verified = field["verified"].truth();
  allocator.proof = field["proof"].text();
  read_failure(field.at("failed", false), allocator);
  read_figures(field, allocator);
  for (const auto& [call, row] : field["latency_ns"].members()) allocator.latency.push_back(read_latency(row, call));
  for (const Field& row : field["latency_ns_detail"].items())
    allocator.latency_detail.push_back(read_latency_detail(row));
  read_details(field, allocator);
  read_predicted(field.at("predicted", false), allocator);
  allocator.timeline = read_timeline(field["timeline"]);
  return allocator;
}

plan::Policies read_policies(const Field& field) {
  return {.failed_allocations = field["failed_allocations"].count(),
          .unknown_frees = field["unknown_frees"].count(),
          .unknown_reallocs = field["unknown_reallocs"].count(),
          .inherited_blocks = field["inherited_blocks"].count(),
          .implied_frees = field["implied_frees"].count(),
          .double_frees = field["double_frees"].count(),
          .runtime_events = field["runtime_events"].count(),
          .lost_events = field["lost_events"].count(),
          .inversions_repaired = field["inversions_repaired"].count(),
          .touches_without_block = field["touches_without_block"].count(),
          .out_of_place = field["out_of_place"].count()};
}

// The plan's totals. How many ops are no calls is all that is known of their kinds.
plan::PlanHeader read_plan(const Field& field) {
  plan::PlanHeader plan;
  plan.ops = field["ops"].count();
  const uint64_t calls = field["calls"].count();
  if (calls > plan.ops) field.fault("has more calls than ops");
  plan.ops_by_kind[static_cast<size_t>(plan::Kind::kTouch)] = plan.ops - std::min(calls, plan.ops);
  plan.threads_alive_max = field["threads_alive_max"].count();
  plan.bytes_requested = field["bytes_requested"].count();
  plan.cross_thread_frees = field["cross_thread_frees"].count();
  plan.live_peak_bytes = field["live_peak_bytes"].count();
  plan.live_peak_time_ns = field["live_peak_t_ns"].count();
  plan.live_mean_bytes = field["live_mean_bytes"].count();
  plan.live_end_bytes = field["live_end_bytes"].count();
  plan.policies = read_policies(field["policies"]);
  return plan;
}

ReelFacts read_reel(const Field& field) {
  return {.id = field["id"].text(),
          .path = field["path"].text(),
          .events = field["events"].count(),
          .threads = field["threads"].count(),
          .lost_events = field["lost_events"].count(),
          .duration_ns = field["duration_ns"].count(),
          .architecture = field["architecture"].text(),
          .page_bytes = field["page_bytes"].count(),
          .allocator = field["allocator"].text(),
          .plan = read_plan(field)};
}

MachineFacts read_machine(const Field& field) {
  return {.cpu = field["cpu"].text(),
          .cores = static_cast<unsigned>(field["cores"].count()),
          .kernel = field["kernel"].text(),
          .libc = field["libc"].text(),
          .huge_pages = field["transparent_huge_pages"].text(),
          .memory_bytes = field["memory_bytes"].count(),
          .page_bytes = field["page_bytes"].count(),
          .ticks_per_second = field["ticks_per_second"].count(),
          .load_before = field["load_before"].amount(),
          .load_after = field["load_after"].amount(),
          .has_hardware_counters = field["hardware_counters"].text() == "read"};
}

ConfigFacts read_config(const Field& field) {
  ConfigFacts config{.pace = field["pace"].text(),
                     .memory_pace = field["memory_pace"].text(),
                     .order = field["order"].text(),
                     .touch = field["touch"].text(),
                     .rounds = field["rounds"].count(),
                     .latency_rounds = field["latency_rounds"].count(),
                     .memory_rounds = field["memory_rounds"].count(),
                     .rounds_were_fixed = field["rounds_were_fixed"].truth(),
                     .quick = field["quick"].truth(),
                     .seed = field["seed"].count(),
                     .window_ops = field["window_ops"].count(),
                     .window_ns = field["window_ns"].count(),
                     .stop_at_seq = field["stop_at_op"].count(),
                     .speed = field["speed"].amount(),
                     .time_limit_s = field["time_limit_s"].amount(),
                     .watchdog_s = field["watchdog_s"].amount()};
  for (const Field& cpu : field["cpus"].items()) config.cpus.push_back(static_cast<int>(cpu.count()));
  config.reference = field["reference"].text();
  config.stopped_by = field["rounds_ended_by"].text();
  return config;
}

Gate read_gate(const Field& field, const std::string& name) {
  Gate gate{.number = static_cast<int>(field["gate"].count()), .name = name};
  const std::string state = field["state"].text();
  const auto known = std::ranges::find(kGateStateName, state);
  if (known == kGateStateName.end()) field["state"].fault(fmt::format("is '{}', no state of ours", state));
  gate.state = static_cast<GateState>(known - kGateStateName.begin());
  gate.text = field["text"].text();
  for (const auto& [key, value] : field.members())
    if (key != "gate" && key != "state" && key != "pass" && key != "text") gate.figures[key] = value.number();
  return gate;
}

SelfCheck read_self_check(const Field& field) {
  SelfCheck check{.level = field["level"].text()};
  if (const Field text = field.at("text", false); text.there()) check.text = text.text();
  const Field reasons = field.at("reasons", false);
  if (!reasons.there()) return check;
  for (const Field& reason : reasons.items()) check.reasons.push_back(reason.text());
  check.json = field.dump();
  return check;
}

std::vector<AllocatorResult> read_allocators(const Field& field) {
  std::vector<AllocatorResult> rows;
  const std::vector<Field> items = field.items();
  if (items.size() > kAllocatorsMax)
    field.fault(fmt::format("has over {} rows", kAllocatorsMax));
  else
    for (const Field& item : items) rows.push_back(read_allocator(item));
  return rows;
}

std::vector<std::string> read_texts(const Field& field) {
  std::vector<std::string> texts;
  if (field.there())
    for (const Field& text : field.items()) texts.push_back(text.text());
  return texts;
}

Results read_top(const Field& top) {
  Results results{.producer_version = top["producer_version"].text(),
                  .command = read_texts(top.at("command", false)),
                  .made_at = top.at("made_at", false).text(),
                  .reel = read_reel(top["reel"]),
                  .machine = read_machine(top["machine"]),
                  .config = read_config(top["config"]),
                  .null = read_allocator(top["null"])};
  const Field aa = top["aa"];
  results.aa = {.ratio = read_estimate(aa["ratio"]), .claimable = aa["claimable_difference"].amount()};
  results.allocators = read_allocators(top["allocators"]);
  results.references = read_allocators(top["references"]);
  for (const auto& [name, gate] : top["fidelity"].members()) results.gates.push_back(read_gate(gate, name));
  results.program = read_program(top.at("program", false));
  results.self_check = read_self_check(top["selfcheck"]);
  if (const Field workload = top.at("workload", false); workload.there()) results.workload = read_workload(workload);
  results.warnings = read_texts(top["warnings"]);
  results.wall_s = top["wall_s"].amount();
  results.sampler_cpu_s = top["sampler_cpu_s"].amount();
  if (results.allocators.empty()) top["allocators"].fault("has no allocator");
  return results;
}

base::Error not_results(const std::string& name, std::string why) {
  return {.code = base::ErrorCode::kBadInput,
          .what = fmt::format("cannot read {}", name),
          .why = std::move(why),
          .hint = "results come from `heapreel replay --json FILE APP.reel`"};
}

base::Status check_schema(const Json& json, const std::string& name) {
  const auto schema = json.is_object() ? json.find("schema") : json.end();
  if (!json.is_object() || schema == json.end() || !schema->is_string())
    return base::fail(not_results(name, "it is JSON, but says no schema: these are no results of a replay"));
  const auto text = schema->get<std::string>();
  if (text == kResultsSchema) return {};
  if (text.starts_with("heapreel.results/"))
    return base::fail(
        base::Error{.code = base::ErrorCode::kUnsupported,
                    .what = fmt::format("cannot read {}", name),
                    .why = fmt::format("its schema is {}, and this heapreel reads {}", text, kResultsSchema),
                    .hint = "use the heapreel that made it, or replay the reel again"});
  return base::fail(not_results(name, fmt::format("its schema is '{}', not {}", text.substr(0, 60), kResultsSchema)));
}

Json parsed(std::string_view text) { return Json::parse(text, nullptr, false); }

}  // namespace

base::Result<Results> read_results(std::string_view text, const std::string& name) {
  const Json json = parsed(text);
  if (json.is_discarded()) return base::fail(not_results(name, "it is no JSON, or was cut off"));
  HEAPREEL_TRY(check_schema(json, name));
  JsonReading reading(json);
  Results results = read_top(reading.top());
  if (!reading.fault().empty()) return base::fail(not_results(name, reading.fault()));
  return results;
}

}  // namespace heapreel::lab
