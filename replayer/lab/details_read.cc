// The functions of details_read.h.
#include "replayer/lab/details_read.h"

namespace heapreel::lab {
namespace {

using Field = JsonReading::Field;

template <class Value, class Read>
std::optional<Value> if_there(const Field& field, Read read) {
  return field.there() ? std::optional<Value>(read(field)) : std::nullopt;
}

std::string text_of(const Field& field) { return field.text(); }
uint64_t count_of(const Field& field) { return field.count(); }
bool truth_of(const Field& field) { return field.truth(); }

LatencyCurve read_curve(const std::string& call, const Field& field) {
  LatencyCurve curve{.call = call};
  for (const Field& point : field.items()) {
    const std::vector<Field> pair = point.items();
    if (pair.size() != 2) return point.fault("needs a quantile and a time"), curve;
    curve.points.push_back({.quantile = pair[0].amount(), .ns = pair[1].amount()});
  }
  return curve;
}

SlowCall read_slow_call(const Field& field) {
  return {.ns = field["ns"].amount(),
          .t_ns = field["t_ns"].count(),
          .thread = field["thread"].count(),
          .call = field["call"].text(),
          .size = if_there<uint64_t>(field.at("size", false), count_of),
          .round = field["round"].count()};
}

Knob read_knob(const Field& field) {
  return {.name = field["name"].text(),
          .value = if_there<std::string>(field.at("value", false), text_of),
          .asked = if_there<std::string>(field.at("asked", false), text_of),
          .proven = if_there<bool>(field.at("proven", false), truth_of)};
}

Spread read_spread(const Field& field) {
  return {.value = field["value"].amount(), .low = field["low"].amount(), .high = field["high"].amount()};
}

ReferenceRuns read_references(const Field& field) {
  return {.runs = static_cast<uint32_t>(field["runs"].count()),
          .wall_s = field["wall_s"].amount(),
          .cpu_s = field["cpu_s"].amount(),
          .minor_faults = field["minor_faults"].count(),
          .rss_peak_bytes = read_spread(field["rss_peak_bytes"]),
          .rss_mean_bytes = read_spread(field["rss_mean_bytes"])};
}

ProgramPoint read_point(const Field& field) {
  return {.t_ns = field["t_ns"].count(),
          .rss_bytes = field["rss_bytes"].count(),
          .non_malloc_bytes = if_there<uint64_t>(field.at("non_malloc_bytes", false), count_of)};
}

}  // namespace

void read_details(const Field& allocator, AllocatorResult& into) {
  if (const Field curves = allocator.at("latency_ns_curve", false); curves.there())
    for (const auto& [call, curve] : curves.members()) into.latency_curves.push_back(read_curve(call, curve));
  if (const Field calls = allocator.at("slowest_calls", false); calls.there())
    for (const Field& call : calls.items()) into.slowest_calls.push_back(read_slow_call(call));
  if (const Field knobs = allocator.at("knobs", false); knobs.there())
    for (const Field& knob : knobs.items()) into.knobs.push_back(read_knob(knob));
}

std::optional<ProgramFacts> read_program(const Field& field) {
  if (!field.there()) return std::nullopt;
  ProgramFacts program{.duration_ns = field["duration_ns"].count(), .first_event_ns = field["first_event_ns"].count()};
  if (const Field allocator = field.at("allocator", false); allocator.there()) program.allocator = allocator.text();
  if (const Field timeline = field.at("timeline", false); timeline.there())
    for (const Field& point : timeline.items()) program.timeline.push_back(read_point(point));
  program.references = if_there<ReferenceRuns>(field.at("references", false), read_references);
  return program;
}

}  // namespace heapreel::lab
