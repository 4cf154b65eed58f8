// What `heapreel generate --like` says of its clone.
#pragma once

#include <optional>
#include <string>

#include "tools/workloads/like/likeness.h"
#include "tools/workloads/like/ranking.h"
#include "tools/workloads/like/write.h"

namespace heapreel::commands {

struct LikeReport {
  std::string original{};  // its file
  std::string output{};
  like::Likeness likeness{};
  std::optional<like::RankingVerdict> ranking{};  // empty: not checked
  uint64_t events = 0;
  uint64_t original_events = 0;
  uint64_t lives = 0;
  uint64_t bytes = 0;  // of all lives
  like::LeftOut left_out{};
  size_t cells = 0;
  std::string content_id{};

  bool bounds_hold() const { return likeness.objection().empty(); }
  bool is_clone() const { return bounds_hold() && ranking && ranking->holds(); }
  // One sentence: what it is, or why it is not.
  std::string verdict() const;
};

std::string like_text(const LikeReport& report);
std::string like_json(const LikeReport& report);

}  // namespace heapreel::commands
