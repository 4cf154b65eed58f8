// `heapreel info --json`: the contract of DESIGN's info, one object a line.
#include <nlohmann/json.hpp>

#include "tools/commands/info.h"

namespace heapreel::commands {
namespace {

using Json = nlohmann::ordered_json;

Json clock_json(const ReelInfo& info) {
  const reel::proto::Clock& clock = info.session.metadata.shared.clock();
  std::string source = reel::proto::Clock::Source_Name(clock.source());
  for (char& letter : source) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  const reel::proto::Packing& packing = info.session.metadata.shared.packing();
  return {{"source", source},
          {"ticks_per_second", info.session.ticks_per_second},
          {"error_ns", info.session.to_ns(packing.time_error())},
          {"kept", !packing.no_time()}};
}

Json allocator_json(const ReelInfo& info) {
  const reel::proto::Allocator& allocator = info.session.metadata.shared.allocator();
  if (allocator.name().empty()) return nullptr;
  return allocator.version().empty() ? allocator.name() : allocator.name() + " " + allocator.version();
}

Json command_json(const ReelInfo& info) {
  const auto& words = info.session.metadata.confidential.command();
  if (words.empty()) return nullptr;
  return std::vector<std::string>(words.begin(), words.end());
}

Json provenance_json(const ReelInfo& info) {
  Json steps = Json::array();
  for (const reel::proto::Step& step : info.session.metadata.shared.provenance()) {
    const std::string& parent = step.parent_content_id();
    steps.push_back({{"what", step.what()}, {"parent_id", base::to_hex(base::as_bytes(parent.data(), parent.size()))}});
  }
  return steps;
}

Json kinds_json(const reel::Summary& summary) {
  Json kinds = Json::object();
  for (int op = 0; op < reel::kOpLimit; ++op)
    if (summary.counts.by_op[op] != 0) kinds[std::string(reel::kOpTraits[op].name)] = summary.counts.by_op[op];
  return kinds;
}

Json damage_json(const ReelInfo& info) {
  Json list = Json::array();
  for (const auto* damages : {&info.session.file.damage(), &info.session.metadata.damage, &info.summary.damage})
    for (const reel::Damage& damage : *damages)
      list.push_back({{"offset", damage.offset},
                      {"bytes", damage.bytes},
                      {"events_lost", damage.events_lost},
                      {"what", damage.what}});
  return list;
}

}  // namespace

std::string info_json(const ReelInfo& info) {
  const reel::Summary& summary = info.summary;
  const double per_event = summary.counts.events == 0 ? 0
                                                      : static_cast<double>(info.session.file.bytes()) /
                                                            static_cast<double>(summary.counts.events);
  const auto& processes = info.session.metadata.shared.processes();
  const Json json = {{"schema", "heapreel.info/1"},
                     {"path", info.session.file.path()},
                     {"id", info.content_id},
                     {"form", info.session.form()},
                     {"complete", info.complete},
                     {"cause", cause_of(info)},
                     {"kept_from_ns", info.session.to_ns(info.session.metadata.shared.window().begin())},
                     {"events_before", info.session.metadata.shared.window().events_before()},
                     {"events", summary.counts.events},
                     {"lost_events", summary.events_lost},
                     {"threads", summary.threads},
                     {"processes", std::max(processes.size(), 1)},
                     {"duration_ns", info.session.to_ns(summary.last_time) - info.session.to_ns(summary.first_time)},
                     {"events_by_kind", kinds_json(summary)},
                     {"bytes_on_disk", info.session.file.bytes()},
                     {"bytes_per_event", per_event},
                     {"allocations", summary.counts.births},
                     {"allocated_bytes", summary.counts.births_bytes},
                     {"live_peak_bytes", summary.live_peak_bytes},
                     {"live_peak_t_ns", info.session.to_ns(summary.live_peak_time)},
                     {"live_peak_objects", summary.live_peak_objects},
                     {"live_end_bytes", summary.live_end_bytes},
                     {"live_end_objects", summary.live_end_objects},
                     {"cross_thread_frees", summary.counts.cross_thread_frees},
                     {"unknown_frees", summary.counts.unknown_frees},
                     {"double_frees", summary.counts.double_frees},
                     {"implied_frees", summary.counts.implied_frees},
                     {"reallocs_moved", summary.counts.reallocs_moved},
                     {"failed_allocations", summary.counts.failed},
                     {"inversions_repaired",
                      summary.inversions_repaired + info.session.metadata.shared.packing().inversions_repaired()},
                     {"allocator", allocator_json(info)},
                     {"command", command_json(info)},
                     {"clock", clock_json(info)},
                     {"provenance", provenance_json(info)},
                     {"damage", damage_json(info)}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace heapreel::commands
