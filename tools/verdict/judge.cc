// From rows to a verdict: who is best for what, and whether anything may be recommended at all.
#include <algorithm>
#include <cmath>
#include <functional>

#include "tools/verdict/rows.h"
#include "tools/verdict/words.h"

namespace heapreel::verdict {
namespace {

// How one row stands to another in one respect: below 0 better, above 0 worse, 0 cannot be told.
using Against = std::function<int(const Row&, const Row&)>;

int by_intervals(double a_low, double a_high, double b_low, double b_high, double margin) {
  if (a_high * (1 + margin) < b_low) return -1;
  return b_high * (1 + margin) < a_low ? 1 : 0;
}

// By ratios to the reference; those carry what is paired. A row whose tie with the reference is not known ties with
// all.
int by_ratio(const char* id, double margin, const Row& a, const Row& b) {
  const Cell *one = a.cell(id), *other = b.cell(id);
  if (one == nullptr || other == nullptr) return 0;
  if (b.reference) return one->tie.value_or(true) ? 0 : one->ratio->median < 1 ? -1 : 1;
  if (a.reference) return -by_ratio(id, margin, b, a);
  if (!one->tie || !other->tie) return 0;
  return by_intervals(one->ratio->low, one->ratio->high, other->ratio->low, other->ratio->high, margin);
}

int by_forecast(const char* id, const Row& a, const Row& b) {
  const auto one = a.forecast.find(id), other = b.forecast.find(id);
  if (one == a.forecast.end() || other == b.forecast.end() || one->second.figure.meets(other->second.figure)) return 0;
  return one->second.figure.value < other->second.figure.value ? -1 : 1;
}

double place_of(const Row& row, const char* id, bool forecast) {
  if (forecast) {
    const auto found = row.forecast.find(id);
    return found == row.forecast.end() ? HUGE_VAL : found->second.figure.value;
  }
  const Cell* cell = row.cell(id);
  if (cell == nullptr) return HUGE_VAL;
  return row.reference ? 1 : cell->ratio ? cell->ratio->median : HUGE_VAL;
}

struct Aim {
  const char* name;
  const char* id;  // of the column, or of the forecast
  bool forecast;
  Against against;
};

std::vector<Aim> aims_of(const lab::Results& results, Basis basis) {
  const bool forecast = basis == Basis::kPrediction;
  const double claimable = results.aa.claimable;
  const Against speed = [claimable](const Row& a, const Row& b) { return by_ratio("ns_per_op_net", claimable, a, b); };
  const Against memory = [forecast](const Row& a, const Row& b) {
    return forecast ? by_forecast("rss_peak_bytes", a, b) : by_ratio("rss_peak_bytes", lab::kMemoryClaimable, a, b);
  };
  const Against tail = [](const Row& a, const Row& b) {
    return by_ratio("latency_p999_ns", lab::kTailClaimable, a, b);
  };
  return {{"speed", "ns_per_op_net", false, speed},
          {"memory", "rss_peak_bytes", forecast, memory},
          {"tail", "latency_p999_ns", false, tail}};
}

bool is_placed(const Aim& aim, const Row& row) {
  return row.failure.empty() && place_of(row, aim.id, aim.forecast) < HUGE_VAL;
}

// The best of the rows that `among` lets in, by median; null: there is none.
Row* first_of(const Aim& aim, std::vector<Row>& rows, const std::function<bool(const Row&)>& among) {
  Row* first = nullptr;
  for (Row& row : rows)
    if (is_placed(aim, row) && among(row) &&
        (first == nullptr || place_of(row, aim.id, aim.forecast) < place_of(*first, aim.id, aim.forecast)))
      first = &row;
  return first;
}

// Of those that cannot be told from the best, one on the front is taken: as good in this, and better in the other.
Choice choose(const Aim& aim, std::vector<Row>& rows) {
  Choice choice{.aim = aim.name};
  const Row* best = first_of(aim, rows, [](const Row&) { return true; });
  if (best == nullptr) return choice;
  const auto as_good = [&](const Row& row) { return &row == best || aim.against(*best, row) >= 0; };
  const Row* on_front = first_of(aim, rows, [&](const Row& row) { return row.pareto && as_good(row); });
  choice.take = on_front == nullptr ? best->name : on_front->name;
  for (Row& row : rows) {
    if (!is_placed(aim, row) || !as_good(row)) continue;
    row.best.push_back(aim.name);
    if (row.name != choice.take) choice.tied.push_back(row.name);
    choice.stay = choice.stay || row.reference;
  }
  return choice;
}

bool dominates(const std::vector<Aim>& aims, const Row& a, const Row& b) {
  const int speed = aims[0].against(a, b), memory = aims[1].against(a, b);
  return speed <= 0 && memory <= 0 && (speed < 0 || memory < 0);
}

void mark_front(const std::vector<Aim>& aims, std::vector<Row>& rows) {
  for (Row& row : rows)
    row.pareto = row.failure.empty() && row.cell("ns_per_op_net") != nullptr &&
                 std::ranges::none_of(rows, [&](const Row& other) {
                   return other.failure.empty() && &other != &row && dominates(aims, other, row);
                 });
}

bool has_forecast(const lab::Results& results) {
  return std::ranges::any_of(results.allocators,
                             [](const auto& row) { return row.predicted.count("rss_peak_bytes") != 0; });
}

// A reel that says nothing of a program (made, or imported) has none to be checked against: its replay stands alone.
std::string level_of(const lab::Results& results) {
  if (!results.program || results.program->timeline.empty()) return "replay";
  constexpr std::string_view kLevels[] = {"green", "yellow", "red", "refused"};
  const std::string& level = results.self_check.level;
  return std::ranges::find(kLevels, level) == std::end(kLevels) ? "replay" : level;
}

bool may_recommend(const Verdict& verdict, const lab::Results& results) {
  const bool doubted = verdict.level == "red" || verdict.level == "refused";
  return !doubted && results.gates_hold() &&
         std::ranges::any_of(verdict.rows, [](const Row& row) { return row.failure.empty(); });
}

const lab::AllocatorResult* result_named(const lab::Results& results, const std::string& name) {
  const auto found = std::ranges::find(results.allocators, name, &lab::AllocatorResult::name);
  return found == results.allocators.end() ? nullptr : &*found;
}

// Only what is worth a change: not the reference, and not where it is as good.
std::vector<Deployment> deployments(const Verdict& verdict, const lab::Results& results) {
  std::vector<Deployment> list;
  if (!verdict.recommends) return list;
  for (const Choice& choice : verdict.choices) {
    if (choice.stay || choice.take.empty()) continue;
    if (std::ranges::find(list, choice.take, &Deployment::name) != list.end()) continue;
    if (const auto* result = result_named(results, choice.take)) list.push_back(deployment_of(*result));
    list.back().program = program_of(results.command);
  }
  return list;
}

}  // namespace

Verdict judge(const lab::Results& results) {
  Verdict verdict{.level = level_of(results), .reference = results.config.reference};
  const bool predicts = verdict.level == "green" || verdict.level == "yellow";
  verdict.basis = predicts && has_forecast(results) ? Basis::kPrediction : Basis::kReplay;
  const lab::AllocatorResult* reference = result_named(results, verdict.reference);
  const lab::AllocatorResult none;
  for (const lab::AllocatorResult& it : results.allocators)
    verdict.rows.push_back(row_of(it, reference == nullptr ? none : *reference));
  compare_tails(verdict.rows);
  compare_forecasts(verdict.rows);
  const std::vector<Aim> aims = aims_of(results, verdict.basis);
  mark_front(aims, verdict.rows);
  for (const Aim& aim : aims) {
    const bool too_short = results.config.stop_at_seq != 0 && std::string_view(aim.name) == "memory";
    verdict.choices.push_back(too_short ? Choice{.aim = aim.name} : choose(aim, verdict.rows));
  }
  verdict.recommends = may_recommend(verdict, results);
  verdict.deploy = deployments(verdict, results);
  put_into_words(results, verdict);
  return verdict;
}

}  // namespace heapreel::verdict
