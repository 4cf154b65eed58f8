// The functions of details_json.h. What is not known is absent.
#include "replayer/lab/details_json.h"

#include <cmath>
#include <nlohmann/json.hpp>

namespace heapreel::lab {
namespace {

using Json = nlohmann::ordered_json;

Json spread_json(const Spread& spread) {
  return {
      {"value", std::llround(spread.value)}, {"low", std::llround(spread.low)}, {"high", std::llround(spread.high)}};
}

Json references_json(const ReferenceRuns& runs) {
  return {{"runs", runs.runs},
          {"wall_s", runs.wall_s},
          {"cpu_s", runs.cpu_s},
          {"minor_faults", runs.minor_faults},
          {"rss_peak_bytes", spread_json(runs.rss_peak_bytes)},
          {"rss_mean_bytes", spread_json(runs.rss_mean_bytes)}};
}

Json memory_json(const std::vector<ProgramPoint>& points) {
  Json list = Json::array();
  for (const ProgramPoint& point : points) {
    Json json = {{"t_ns", point.t_ns}, {"rss_bytes", point.rss_bytes}};
    if (point.non_malloc_bytes) json["non_malloc_bytes"] = *point.non_malloc_bytes;
    list.push_back(std::move(json));
  }
  return list;
}

}  // namespace

Json curves_json(const std::vector<LatencyCurve>& curves) {
  Json json = Json::object();
  for (const LatencyCurve& curve : curves) {
    Json points = Json::array();
    for (const QuantilePoint& point : curve.points) points.push_back({point.quantile, point.ns});
    json[curve.call] = std::move(points);
  }
  return json;
}

Json slow_calls_json(const std::vector<SlowCall>& calls) {
  Json list = Json::array();
  for (const SlowCall& call : calls) {
    Json json = {{"ns", call.ns}, {"t_ns", call.t_ns}, {"thread", call.thread}, {"call", call.call}};
    if (call.size) json["size"] = *call.size;
    json["round"] = call.round;
    list.push_back(std::move(json));
  }
  return list;
}

Json knobs_json(const std::vector<Knob>& knobs) {
  Json list = Json::array();
  for (const Knob& knob : knobs) {
    Json json = {{"name", knob.name}};
    if (knob.value) json["value"] = *knob.value;
    if (knob.asked) json["asked"] = *knob.asked;
    if (knob.proven) json["proven"] = *knob.proven;
    list.push_back(std::move(json));
  }
  return list;
}

Json program_json(const ProgramFacts& program) {
  Json json = Json::object();
  if (!program.allocator.empty()) json["allocator"] = program.allocator;
  json["duration_ns"] = program.duration_ns;
  json["first_event_ns"] = program.first_event_ns;
  if (!program.timeline.empty()) json["timeline"] = memory_json(program.timeline);
  if (program.references) json["references"] = references_json(*program.references);
  return json;
}

}  // namespace heapreel::lab
