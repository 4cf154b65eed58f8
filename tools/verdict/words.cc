// What a verdict says in plain sentences. Every figure in them is one of the results'.
#include "tools/verdict/words.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "replayer/lab/figures.h"
#include "tools/cli/quantity.h"

namespace heapreel::verdict {
namespace {

constexpr double kWaitShareMax = 0.1;
constexpr uint64_t kMemoryRoundsMin = lab::kRoundsToClaim;

std::string bytes(double value) { return cli::format_bytes(static_cast<uint64_t>(std::llround(std::max(value, 0.0)))); }
std::string ns(double value) { return cli::format_duration(static_cast<uint64_t>(std::llround(std::max(value, 0.0)))); }
double percent_less(double ratio) { return (1 - ratio) * 100; }

const Row* row_named(const Verdict& verdict, const std::string& name) {
  const auto found = std::ranges::find(verdict.rows, name, &Row::name);
  return found == verdict.rows.end() ? nullptr : &*found;
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (size_t i = 0; i < names.size(); ++i) text += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
  return text;
}

// "; jemalloc and mimalloc cannot be told from it"
std::string ties_of(const Choice& choice) {
  constexpr size_t kNamed = 3;
  if (choice.tied.empty()) return "";
  if (choice.tied.size() > kNamed) return fmt::format("; {} others cannot be told from it", choice.tied.size());
  return fmt::format("; {} cannot be told from it", listed(choice.tied));
}

// "38 % less (30 to 45 %)"
std::string less_by(const lab::Estimate& ratio) {
  return fmt::format("{:.0f} % less ({:.0f} to {:.0f} %)", percent_less(ratio.median), percent_less(ratio.high),
                     percent_less(ratio.low));
}

struct Say {
  const char* aim;    // how the sentence begins
  const char* worse;  // what none of the others is
};

std::string staying(const Say& say, const Choice& choice, const Verdict& verdict, const std::string& below) {
  if (choice.take == verdict.reference && choice.tied.empty())
    return fmt::format("{}: {} is {} than all others measured.", say.aim, choice.take, say.worse);
  return fmt::format("{}: none can be claimed to be {} than {}{}.", say.aim, say.worse, verdict.reference, below);
}

std::string speed_text(const lab::Results& results, const Verdict& verdict, const Choice& choice) {
  const Row* row = row_named(verdict, choice.take);
  if (row == nullptr) return "Speed: nothing was measured.";
  if (results.config.rounds < lab::kRoundsToClaim)
    return fmt::format("Speed: {} rounds are too few to claim a difference.", results.config.rounds);
  if (choice.stay)
    return staying(
        {"Speed", "faster"}, choice, verdict,
        fmt::format("; differences below {:.1f} % show without a cause in this run", results.aa.claimable * 100));
  std::string text = fmt::format("Speed: a call under {} takes {} processor time than under {}{}", choice.take,
                                 less_by(*row->cell("ns_per_op_net")->ratio), verdict.reference, ties_of(choice));
  const auto cpu = row->forecast.find("cpu_s_delta");
  if (verdict.basis == Basis::kPrediction && cpu != row->forecast.end())
    text += fmt::format(". For the program that is {:+.2f} s of processor time ({:+.2f} to {:+.2f}{})",
                        cpu->second.figure.value, cpu->second.figure.low, cpu->second.figure.high,
                        cpu->second.tie ? ", so perhaps nothing" : "");
  return text + ".";
}

std::string forecast_text(const Verdict& verdict, const Choice& choice, const Row& row) {
  const lab::Predicted& own = row.forecast.at("rss_peak_bytes").figure;
  std::string text = fmt::format("Memory: under {} the program is predicted to need {} at its peak ({} to {})",
                                 choice.take, bytes(own.value), bytes(own.low), bytes(own.high));
  const Row* reference = row_named(verdict, verdict.reference);
  const auto other = reference == nullptr ? row.forecast.end() : reference->forecast.find("rss_peak_bytes");
  if (reference != nullptr && other != reference->forecast.end())
    text += fmt::format(", under {} {} ({} to {})", verdict.reference, bytes(other->second.figure.value),
                        bytes(other->second.figure.low), bytes(other->second.figure.high));
  return text + ties_of(choice) + ".";
}

std::string memory_text(const lab::Results& results, const Verdict& verdict, const Choice& choice) {
  const Row* row = row_named(verdict, choice.take);
  if (results.config.stop_at_seq != 0)
    return "Memory: a part of the reel does not tell; whether its peak was reached is not known.";
  if (row == nullptr) return "Memory: nothing was measured.";
  const bool forecast = verdict.basis == Basis::kPrediction;
  if (!forecast && results.config.memory_rounds < kMemoryRoundsMin)
    return fmt::format("Memory: {} round{} too few to claim a difference; {} peaked lowest, at {}.",
                       results.config.memory_rounds, results.config.memory_rounds == 1 ? " is" : "s are", choice.take,
                       bytes(row->cell("rss_peak_bytes")->value));
  if (choice.stay)
    return staying({"Memory", "smaller at the peak"}, choice, verdict,
                   forecast ? ": the predicted intervals meet" : "");
  if (forecast) return forecast_text(verdict, choice, *row);
  return fmt::format("Memory: the replay peaked at {} under {}, {} than under {}{}.",
                     bytes(row->cell("rss_peak_bytes")->value), choice.take,
                     less_by(*row->cell("rss_peak_bytes")->ratio), verdict.reference, ties_of(choice));
}

std::string tail_text(const Verdict& verdict, const Choice& choice) {
  const Row* row = row_named(verdict, choice.take);
  const Row* reference = row_named(verdict, verdict.reference);
  const Cell* own = row == nullptr ? nullptr : row->cell("latency_p999_ns");
  const Cell* other = reference == nullptr ? nullptr : reference->cell("latency_p999_ns");
  if (own == nullptr || other == nullptr) return "Tail: latency was not measured.";
  if (choice.stay)
    return staying({"Tail", "quicker at p99.9"}, choice, verdict, fmt::format(" ({})", ns(other->value)));
  return fmt::format("Tail: p99.9 of a call is {}{} under {} and {} under {}{}.", own->resolved ? "" : "at most ",
                     ns(own->value), choice.take, ns(other->value), verdict.reference, ties_of(choice));
}

std::string text_of(const lab::Results& results, const Verdict& verdict, const Choice& choice) {
  if (choice.aim == "speed") return speed_text(results, verdict, choice);
  return choice.aim == "memory" ? memory_text(results, verdict, choice) : tail_text(verdict, choice);
}

// "Take tcmalloc for speed and tail, jemalloc for memory."
std::string headline_of(const Verdict& verdict) {
  std::vector<std::pair<std::string, std::vector<std::string>>> takes;
  for (const Choice& choice : verdict.choices) {
    if (choice.take.empty() || choice.stay) continue;
    auto found = std::ranges::find(takes, choice.take, [](const auto& one) { return one.first; });
    if (found == takes.end()) takes.push_back({choice.take, {}}), found = takes.end() - 1;
    found->second.push_back(choice.aim);
  }
  if (takes.empty())
    return fmt::format("Stay with {}: nothing measured here can be claimed to beat it.", verdict.reference);
  std::string text = "Take ";
  for (size_t i = 0; i < takes.size(); ++i)
    text += fmt::format("{}{} for {}", i == 0 ? "" : ", ", takes[i].first, listed(takes[i].second));
  std::vector<std::string> kept;
  for (const Choice& choice : verdict.choices)
    if (choice.stay && choice.aim != "tail") kept.push_back(choice.aim);
  if (!kept.empty()) text += fmt::format("; for {} {} is as good as any", listed(kept), verdict.reference);
  return text + ".";
}

std::vector<std::string> failed_gates(const lab::Results& results) {
  std::vector<std::string> names;
  for (const lab::Gate& gate : results.gates)
    if (gate.state == lab::GateState::kFail && gate.name != "self-check") names.push_back(gate.name + ": " + gate.text);
  return names;
}

void refuse(const lab::Results& results, Verdict& verdict) {
  const bool doubted = verdict.level == "red" || verdict.level == "refused";
  const std::vector<std::string> gates = failed_gates(results);
  const bool all_failed = std::ranges::none_of(verdict.rows, [](const Row& row) { return row.failure.empty(); });
  verdict.headline = all_failed ? "No recommendation: no allocator got through."
                     : doubted  ? fmt::format("No recommendation: the self-check is {}.", verdict.level)
                                : "No recommendation: the replay did not keep to the record.";
  if (doubted) verdict.sentences.push_back("Self-check " + results.self_check.text + ".");
  for (const std::string& gate : gates) verdict.sentences.push_back("Failed: " + gate + ".");
  if (!all_failed) verdict.sentences.push_back("The figures are the replay's; take none of them for the program's.");
}

std::string basis_text(const lab::Results& results, const Verdict& verdict) {
  const auto& config = results.config;
  const uint64_t calls = lab::calls_of(results.reel.plan);
  const std::string runs =
      fmt::format("{} timed and {} memory round{} of {} calls", config.rounds, config.memory_rounds,
                  config.memory_rounds == 1 ? "" : "s", cli::format_count_short(calls));
  if (verdict.level != "replay") return fmt::format("Rests on {}.", runs);
  return fmt::format("Rests on {} of the replay; that the program itself does the same was not checked.", runs);
}

void add_unmeasured(const lab::Results& results, Verdict& verdict) {
  std::vector<std::string>& list = verdict.not_measured;
  double waits = 0;
  for (const lab::AllocatorResult& it : results.allocators) waits = std::max(waits, it.wait_share);
  if (waits > kWaitShareMax)
    list.push_back(
        fmt::format("waits for other threads: up to {:.0f} % of the threads' time, in no figure above", waits * 100));
  if (results.reel.plan.threads_alive_max > results.machine.cores && results.machine.cores > 0)
    list.push_back(
        fmt::format("threads side by side: {} lived at once and shared {} processor{}, so that contention is less "
                    "than on a larger machine",
                    results.reel.plan.threads_alive_max, results.machine.cores, results.machine.cores == 1 ? "" : "s"));
  if (!results.machine.has_hardware_counters)
    list.push_back(
        "caches: without hardware counters, what better or worse placed objects do to the program is not seen");
  if (results.config.stop_at_seq != 0)
    list.push_back(fmt::format("the rest of the reel: {} of {} ops were replayed",
                               cli::format_count(results.config.stop_at_seq),
                               cli::format_count(results.reel.plan.ops)));
  for (const Row& row : verdict.rows)
    if (!row.failure.empty()) list.push_back(fmt::format("{}: {}", row.name, row.failure));
  if (verdict.level == "replay")
    list.push_back(
        "the program itself: a reel recorded with `heapreel record --reference 3` can be checked against it");
}

}  // namespace

void put_into_words(const lab::Results& results, Verdict& verdict) {
  for (Choice& choice : verdict.choices) choice.text = text_of(results, verdict, choice);
  add_unmeasured(results, verdict);
  if (!verdict.recommends) return refuse(results, verdict);
  verdict.headline = headline_of(verdict);
  for (const Choice& choice : verdict.choices) verdict.sentences.push_back(choice.text);
  verdict.sentences.push_back(basis_text(results, verdict));
  if (verdict.level != "replay") verdict.sentences.push_back("Self-check " + results.self_check.text + ".");
}

}  // namespace heapreel::verdict
