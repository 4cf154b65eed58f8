// Works on any JSON: what has not the expected form is left out, and the page says that it is missing.
#include "tools/report/slim_results.h"

#include <cmath>
#include <initializer_list>
#include <string>
#include <vector>

#include "tools/report/thin.h"

namespace heapreel::report {
namespace {

using Names = std::initializer_list<const char*>;

void copy_fields(const Json& from, Json& to, Names names) {
  for (const char* name : names) {
    const auto found = from.find(name);
    if (found != from.end()) to[name] = *found;
  }
}

const Json& field(const Json& object, const char* name) {
  static const Json kNothing;
  if (!object.is_object()) return kNothing;
  const auto found = object.find(name);
  return found == object.end() ? kNothing : *found;
}

// The column `name` of rows; empty if any row lacks it.
Series column(const Json& rows, const char* name) {
  Series values;
  for (const Json& row : rows) {
    const Json& value = field(row, name);
    if (!value.is_number()) return {};
    values.push_back(value.get<double>());
  }
  return values;
}

Json slim_timeline(const Json& rows, Names values, size_t most) {
  Json columns = Json::object();
  if (!rows.is_array() || rows.empty() || column(rows, "t_ns").empty()) return columns;
  std::vector<const char*> names{"t_ns"};
  std::vector<Series> series;
  for (const char* name : values) {
    Series found = column(rows, name);
    if (found.empty()) continue;
    names.push_back(name);
    series.push_back(std::move(found));
  }
  if (series.empty()) return columns;
  const std::vector<size_t> kept = kept_points(series, most);
  for (const char* name : names) {
    Json& cells = columns[name] = Json::array();
    for (const size_t at : kept) cells.push_back(rows[at][name]);
  }
  return columns;
}

// [quantile, ns] with the digits that a curve can show.
Json short_point(const Json& point) {
  if (!point.is_array() || point.size() != 2 || !point[0].is_number() || !point[1].is_number()) return point;
  const auto rounded = [](double value, double steps) { return std::round(value * steps) / steps; };
  return {rounded(point[0].get<double>(), 1e9), rounded(point[1].get<double>(), 10)};
}

Json slim_curves(const Json& curves, size_t most) {
  Json slim = Json::object();
  if (!curves.is_object()) return slim;
  for (const auto& [call, points] : curves.items()) {
    Json& kept = slim[call] = Json::array();
    for (const size_t at : even_points(points.size(), most)) kept.push_back(short_point(points[at]));
  }
  return slim;
}

Json slim_metric(const Json& metric) {
  Json slim = Json::object();
  copy_fields(metric, slim, {"median", "ci95"});
  return slim;
}

void copy_metrics(const Json& from, Json& to) {
  for (const char* name : {"ns_per_op_net", "ops_per_s", "rss_peak_bytes", "rss_mean_bytes", "rss_end_bytes",
                           "rss_base_bytes", "fragmentation_peak", "fragmentation_mean", "minor_faults"}) {
    if (const Json& metric = field(from, name); metric.is_object()) to[name] = slim_metric(metric);
  }
}

Json slim_allocator(const Json& allocator, const Detail& detail) {
  Json slim = Json::object();
  if (!allocator.is_object()) return slim;
  copy_fields(allocator, slim,
              {"name", "library", "version", "link", "env", "verified", "failed", "ns_per_op_to_reference",
               "latency_ns", "knobs"});
  copy_metrics(allocator, slim);
  if (const Json& curves = field(allocator, "latency_ns_curve"); curves.is_object())
    slim["latency_ns_curve"] = slim_curves(curves, detail.curve_points);
  if (const Json& calls = field(allocator, "slowest_calls"); calls.is_array()) {
    Json& kept = slim["slowest_calls"] = Json::array();
    for (size_t at = 0; at < calls.size() && at < detail.slowest_calls; ++at) kept.push_back(calls[at]);
  }
  slim["timeline"] = slim_timeline(field(allocator, "timeline"), {"rss_bytes", "live_bytes"}, detail.timeline_points);
  return slim;
}

Json slim_allocators(const Json& allocators, const Detail& detail) {
  Json slim = Json::array();
  if (!allocators.is_array()) return slim;
  for (const Json& allocator : allocators) slim.push_back(slim_allocator(allocator, detail));
  return slim;
}

}  // namespace

Json slim_results(const Json& results, const Detail& detail) {
  Json slim = Json::object();
  copy_fields(results, slim,
              {"schema", "producer_version", "command", "made_at", "reel", "machine", "config", "aa", "fidelity",
               "fidelity_holds", "selfcheck", "warnings", "wall_s", "workload"});
  if (const Json& program = field(results, "program"); program.is_object()) {
    Json& kept = slim["program"] = Json::object();
    copy_fields(program, kept, {"allocator", "duration_ns", "first_event_ns", "references"});
    kept["timeline"] =
        slim_timeline(field(program, "timeline"), {"rss_bytes", "non_malloc_bytes"}, detail.timeline_points);
  }
  slim["null"] = slim_allocator(field(results, "null"), detail);
  slim["allocators"] = slim_allocators(field(results, "allocators"), detail);
  slim["references"] = slim_allocators(field(results, "references"), detail);
  return slim;
}

}  // namespace heapreel::report
