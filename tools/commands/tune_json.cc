// A tuning for programs (schema heapreel.tune/1), the final's results.json included.
#include <nlohmann/json.hpp>

#include "tools/commands/tune.h"

namespace heapreel::commands {
namespace {

using Json = nlohmann::ordered_json;

Json settings_json(const tune::Candidate& candidate) {
  Json json = Json::object();
  for (const tune::Setting& setting : candidate.settings) json[setting.name] = setting.value;
  return json;
}

Json candidate_json(const tune::Candidate& candidate) {
  return {{"name", tune::label(candidate)}, {"allocator", candidate.allocator}, {"settings", settings_json(candidate)}};
}

Json claim_json(const tune::Claim& claim) {
  return {{"median", claim.ratio.median}, {"ci95", {claim.ratio.low, claim.ratio.high}}, {"tie", claim.tie}};
}

Json rungs_json(const std::vector<tune::Rung>& rungs) {
  Json list = Json::array();
  for (const tune::Rung& rung : rungs) {
    Json rows = Json::array();
    for (const tune::RungRow& row : rung.rows) {
      Json json = candidate_json(row.candidate);
      json["time_ratio"] = row.place.time;
      json["memory_ratio"] = row.place.memory;
      json["kept"] = row.kept;
      rows.push_back(std::move(json));
    }
    list.push_back({{"rounds", rung.rounds}, {"candidates", std::move(rows)}});
  }
  return list;
}

Json dropped_json(const std::vector<tune::Dropped>& dropped) {
  Json list = Json::array();
  for (const tune::Dropped& it : dropped) {
    Json json = candidate_json(it.candidate);
    json["why"] = it.why;
    list.push_back(std::move(json));
  }
  return list;
}

Json final_json(const tune::Tuned& tuned) {
  Json list = Json::array();
  for (size_t i = 0; i < tuned.rows.size(); ++i) {
    const tune::Judged& judged = tuned.decision.rows[i];
    const lab::AllocatorResult& row = tuned.results.allocators[i];
    Json json = candidate_json(tuned.rows[i]);
    json["env"] = tuned.choices[i].settings;
    json["deploy"] = tune::deploy_lines(tuned.choices[i]);
    if (row.failed()) {
      json["failed"] = row.failure;
    } else {
      json["pareto"] = judged.on_front;
      json["time_to_reference"] = claim_json(judged.time);
      json["memory_to_reference"] = claim_json(judged.memory);
      json["time_to_own_default"] = claim_json(judged.own_time);
      json["memory_to_own_default"] = claim_json(judged.own_memory);
    }
    list.push_back(std::move(json));
  }
  return list;
}

// The names of the rows to choose; null where the reference is to be kept.
Json recommendation_json(const tune::Tuned& tuned) {
  if (!tuned.no_recommendation.empty()) return nullptr;
  const auto name = [&tuned](const std::optional<size_t>& i) {
    return i ? Json(tuned.results.allocators[*i].name) : Json(nullptr);
  };
  const tune::Decision& decision = tuned.decision;
  return {
      {"speed", name(decision.for_speed)}, {"memory", name(decision.for_memory)}, {"both", name(decision.for_both)}};
}

}  // namespace

std::string tune_json(const tune::Tuned& tuned) {
  Json json = {{"schema", "heapreel.tune/1"},
               {"for", tune::name_of(tuned.objective)},
               {"memory_figure", tune::metric_of(tuned.memory)},
               {"reference", tuned.results.config.reference},
               {"budget", tuned.budget},
               {"settings_tried", tuned.candidates},
               {"left_out", tuned.search.left_out},
               {"claimable_difference", {{"time", tuned.claimable.time}, {"memory", tuned.claimable.memory}}},
               {"dropped", dropped_json(tuned.search.dropped)},
               {"rungs", rungs_json(tuned.search.rungs)},
               {"final", final_json(tuned)},
               {"recommendation", recommendation_json(tuned)}};
  if (!tuned.no_recommendation.empty()) json["no_recommendation"] = tuned.no_recommendation;
  json["results"] = Json::parse(lab::results_json(tuned.results));
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace heapreel::commands
