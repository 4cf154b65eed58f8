// The verdict: what results say of the one question, which allocator to run on, and how surely. Plain structs; judge()
// makes them from results alone, so that the terminal, the page, a pull request and an old results.json all say the
// same.
//
// Nothing is called better unless the difference can be claimed: intervals that do not meet, farther apart than what
// the reference shows against itself. Where gates failed, or the self-check is red or refused, there is no
// recommendation, and the sentences say why.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "replayer/lab/results.h"

namespace heapreel::verdict {

enum class Unit { kNs, kBytes, kRatio, kCount, kSeconds };

// One figure that allocators are compared by.
struct Column {
  const char* id;     // as in results.json where it has a name there
  const char* label;  // of a narrow column
  Unit unit;
  const char* what;  // in a line
};

// In the order they are shown; less is better in each.
const std::vector<Column>& columns();

struct Cell {
  double value = 0;
  std::optional<double> low{}, high{};   // of its interval
  std::optional<lab::Estimate> ratio{};  // to the reference
  std::optional<bool> tie{};             // with the reference; empty: cannot be told
  bool resolved = true;                  // not below what the clock can tell
};

// What the program itself would take.
struct Forecast {
  lab::Predicted figure{};
  bool tie = false;  // with the reference
};

struct Row {
  std::string name{};
  bool reference = false;
  std::string failure{};                       // empty if it has figures
  bool pareto = false;                         // no other is better in speed or memory and not worse in the other
  std::vector<std::string> best{};             // of "speed", "memory", "tail"
  std::map<std::string, Cell> cells{};         // by column; those that are known
  std::map<std::string, Forecast> forecast{};  // rss_peak_bytes, rss_mean_bytes, cpu_s_delta
  std::vector<lab::TimelinePoint> curve{};     // a few points, for a small picture

  const Cell* cell(const char* id) const {
    const auto found = cells.find(id);
    return found == cells.end() ? nullptr : &found->second;
  }
};

// One aim, and who serves it best.
struct Choice {
  std::string aim{};                // "speed", "memory", "tail"
  std::string take{};               // the allocator; empty: nothing can be said
  std::vector<std::string> tied{};  // that cannot be told from it
  bool stay = false;                // the reference is among the best: there is no reason to leave it
  std::string text{};               // a sentence
};

// How to run a program on one of those that were chosen.
struct Deployment {
  std::string name{};
  std::string package{};                   // that brings it; empty if it is not a distribution's
  std::vector<std::string> environment{};  // NAME=VALUE
};

enum class Basis {
  kReplay,      // the replay's own figures; whether they are the program's was not checked
  kPrediction,  // the self-check holds: what is predicted of the program leads
};

struct Verdict {
  std::string level = "replay";  // green, yellow, red, refused: the self-check's; replay: there was none
  Basis basis = Basis::kReplay;
  bool recommends = true;
  std::string headline{};
  std::vector<std::string> sentences{};
  std::vector<std::string> not_measured{};
  std::string reference{};
  std::vector<Row> rows{};
  std::vector<Choice> choices{};
  std::vector<Deployment> deploy{};
};

Verdict judge(const lab::Results& results);

// "LD_PRELOAD=/usr/lib/libjemalloc.so.2 \\\n  MALLOC_CONF=narenas:1 ./app", and the like for services and containers.
struct Paste {
  std::string where{};  // "shell", "systemd", "container"
  std::string text{};
};
std::vector<Paste> pastes(const Deployment& deployment);

}  // namespace heapreel::verdict
