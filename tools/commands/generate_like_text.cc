// The words and the JSON of generate_like_text.h.
#include "tools/commands/generate_like_text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tools/cli/quantity.h"
#include "tools/commands/warn.h"

namespace heapreel::commands {
namespace {

using like::Ahead;
using like::PairVerdict;

std::string line(const std::string& label, const std::string& value) {
  return fmt::format("  {:<22} {}\n", label, value);
}

std::string percent(double share) { return fmt::format("{:+.1f} %", share * 100); }

std::string figures_text(const LikeReport& report) {
  const like::Likeness& likeness = report.likeness;
  std::string text = line("peak of live bytes", percent(likeness.peak_error));
  text += line("mean of live bytes", percent(likeness.mean_error));
  text += line("live curve", fmt::format("{:.1f} % of the peak away, on average", likeness.curve_error * 100));
  text += line("events", percent(likeness.events_error));
  text += line("kinds of calls", fmt::format("{:.3f}", likeness.kinds_distance));
  text +=
      line("sizes", fmt::format("{:.3f} (by octave {:.3f}, by count {:.3f}, by bytes {:.3f})", likeness.size_distance(),
                                likeness.sizes_log2_distance, likeness.sizes_by_count, likeness.sizes_by_bytes));
  text += line("lifetimes", fmt::format("{:.3f}", likeness.lifetimes_distance));
  text += line("frees by others", fmt::format("{:.1f} % for {:.1f} %", likeness.remote_share_clone * 100,
                                              likeness.remote_share_original * 100));
  return text;
}

std::string left_out_text(const LikeReport& report) {
  const like::LeftOut& out = report.left_out;
  std::string text =
      line("dropped as too rare",
           fmt::format("{} of the allocations, {} of their bytes",
                       cli::format_percent(static_cast<double>(out.lives_dropped), static_cast<double>(report.lives)),
                       cli::format_percent(static_cast<double>(out.bytes_dropped), static_cast<double>(report.bytes))));
  std::string others;
  const auto add = [&others](uint64_t count, const char* noun) {
    if (count != 0) others += (others.empty() ? "" : ", ") + count_of(count, noun);
  };
  add(out.failed, "failed call");
  add(out.unknown_frees, "unknown free");
  add(out.null_frees, "null free");
  add(out.marks, "mark");
  add(out.gaps, "gap");
  add(out.threads, "thread");
  return others.empty() ? text : text + line("not in the model", others);
}

std::string order_text(Ahead ahead, const PairVerdict& pair) {
  return ahead == Ahead::kTie ? "a tie" : fmt::format("{} is ahead", ahead == Ahead::kFirst ? pair.first : pair.second);
}

std::string ranking_text(const LikeReport& report) {
  if (!report.ranking) return line("ranking", "not checked");
  const like::RankingVerdict& ranking = *report.ranking;
  if (!ranking.trouble.empty()) return line("ranking", "not checked: " + ranking.trouble);
  std::string text = line("ranking", fmt::format("{} of {} kept, {} of them differ in the original",
                                                 ranking.pairs.size() - ranking.broken(),
                                                 count_of(ranking.pairs.size(), "pair"), ranking.differing()));
  for (const PairVerdict& pair : ranking.pairs)
    if (!pair.holds)
      text += fmt::format("    {} to {}, {}: {:.2f} in the original ({}), {:.2f} here ({})\n", pair.first, pair.second,
                          pair.metric, pair.original.median, order_text(pair.original_ahead, pair), pair.clone.median,
                          order_text(pair.clone_ahead, pair));
  return text;
}

nlohmann::ordered_json json_of(const lab::Estimate& estimate) {
  return {{"median", estimate.median}, {"ci95", {estimate.low, estimate.high}}};
}

const char* word_of(Ahead ahead) { return ahead == Ahead::kTie ? "tie" : ahead == Ahead::kFirst ? "first" : "second"; }

nlohmann::ordered_json ranking_json(const LikeReport& report) {
  if (!report.ranking) return nullptr;
  nlohmann::ordered_json pairs = nlohmann::ordered_json::array();
  for (const PairVerdict& pair : report.ranking->pairs)
    pairs.push_back({{"first", pair.first},
                     {"second", pair.second},
                     {"metric", pair.metric},
                     {"original", json_of(pair.original)},
                     {"clone", json_of(pair.clone)},
                     {"original_ahead", word_of(pair.original_ahead)},
                     {"clone_ahead", word_of(pair.clone_ahead)},
                     {"holds", pair.holds}});
  return {{"holds", report.ranking->holds()}, {"trouble", report.ranking->trouble}, {"pairs", pairs}};
}

nlohmann::ordered_json errors_json(const like::Likeness& likeness) {
  return {{"peak", likeness.peak_error},
          {"mean", likeness.mean_error},
          {"live_curve", likeness.curve_error},
          {"events", likeness.events_error},
          {"kinds", likeness.kinds_distance},
          {"sizes", likeness.size_distance()},
          {"sizes_by_octave", likeness.sizes_log2_distance},
          {"sizes_by_count", likeness.sizes_by_count},
          {"sizes_by_bytes", likeness.sizes_by_bytes},
          {"lifetimes", likeness.lifetimes_distance},
          {"remote_share", likeness.remote_error()}};
}

}  // namespace

std::string LikeReport::verdict() const {
  std::string objection = likeness.objection();
  const auto object = [&objection](const std::string& more) { objection += (objection.empty() ? "" : ", ") + more; };
  if (ranking && !ranking->trouble.empty()) object("its ranking could not be checked: " + ranking->trouble);
  if (ranking && ranking->broken() != 0)
    object(fmt::format("{} of {} rank otherwise", ranking->broken(), count_of(ranking->pairs.size(), "pair")));
  if (!objection.empty()) return fmt::format("a model of {}, not a clone: {}", original, objection);
  if (!ranking) return fmt::format("a model of {}; its ranking was not checked: not called a clone", original);
  return fmt::format("a clone of {}", original);
}

std::string like_text(const LikeReport& report) {
  std::string text = fmt::format("{}: {}\n\n", report.output, report.verdict());
  text += figures_text(report) + left_out_text(report) + ranking_text(report);
  text += fmt::format("\n  {}, from {} of at least {} allocations\n  content id {}\n", count_of(report.events, "event"),
                      count_of(report.cells, "cell"), like::kCountLeast, report.content_id);
  return text;
}

std::string like_json(const LikeReport& report) {
  const like::LeftOut& out = report.left_out;
  const nlohmann::ordered_json json = {{"schema", "heapreel.like/1"},
                                       {"original", report.original},
                                       {"output", report.output},
                                       {"content_id", report.content_id},
                                       {"called", report.is_clone() ? "clone" : "model"},
                                       {"verdict", report.verdict()},
                                       {"events", report.events},
                                       {"original_events", report.original_events},
                                       {"cells", report.cells},
                                       {"errors", errors_json(report.likeness)},
                                       {"bounds", {{"peak", like::kPeakErrorMost}, {"sizes", like::kSizeDistanceMost}}},
                                       {"left_out",
                                        {{"allocations", out.lives_dropped},
                                         {"allocations_of", report.lives},
                                         {"bytes", out.bytes_dropped},
                                         {"bytes_of", report.bytes},
                                         {"failed", out.failed},
                                         {"unknown_frees", out.unknown_frees},
                                         {"null_frees", out.null_frees},
                                         {"marks", out.marks},
                                         {"gaps", out.gaps},
                                         {"threads", out.threads}}},
                                       {"ranking", ranking_json(report)}};
  return json.dump() + "\n";
}

}  // namespace heapreel::commands
