// The rows of an experiment while it goes on: each allocator with all that its runs have shown so far.
#pragma once

#include "replayer/lab/figures.h"
#include "replayer/lab/latency.h"
#include "replayer/lab/results.h"
#include "replayer/lab/run.h"

namespace heapreel::lab {

enum class Role {
  kCandidate,
  kNull,       // the harness alone
  kDuplicate,  // the reference again: A/A
  kBound,      // bump and pool: what is possible at all
};

struct Row {
  AllocatorChoice choice{};
  Role role = Role::kCandidate;
  AllocatorResult result{};
  std::vector<Figures> time{};  // by round; a row that failed has fewer
  std::vector<double> wait_shares{};
  std::vector<LatencyTable> latency{};
  std::vector<MemoryFigures> memory{};
  std::string conservation_fault{};  // of the verify run

  bool alive() const { return !result.failed(); }
  bool candidate() const { return role == Role::kCandidate; }
  // One figure of the throughput pass, round by round.
  std::vector<double> of(const std::string& metric) const {
    std::vector<double> values;
    for (const Figures& round : time)
      if (const auto found = round.find(metric); found != round.end()) values.push_back(found->second);
    return values;
  }
};

struct Rows {
  std::vector<Row> rows{};
  size_t reference = 0;

  Row& reference_row() { return rows[reference]; }
  Row* first(Role role) {
    for (Row& row : rows)
      if (row.role == role) return &row;
    return nullptr;
  }
};

// Candidates in their order, then null, the reference's duplicate, and bump and pool unless `bounds` is false. The
// reference is the allocator that was recorded if it is there, else glibc, else the first.
base::Result<Rows> make_rows(const std::vector<AllocatorChoice>& candidates, const std::string& recorded, bool bounds);

// Another reference, for one that failed before it was timed. False if all candidates have failed.
bool replace_reference(Rows& rows);

// All of it, from rows to what results.json holds of them.
void summarize(Rows& rows, uint64_t seed, Results& results);

}  // namespace heapreel::lab
