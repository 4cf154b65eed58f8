// Warnings have the form of errors, without ending the work.
#include "tools/commands/warn.h"

#include <algorithm>
#include <fmt/format.h>

#include "tools/cli/quantity.h"
#include "tools/cli/tell.h"

namespace heapreel::commands {
namespace {

constexpr size_t kShown = 5;

}  // namespace

std::string count_of(uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", cli::format_count(count), noun, count == 1 ? "" : "s");
}

std::vector<reel::Damage> known_damage(const ReelSession& session, const std::vector<reel::Damage>& in_stream) {
  std::vector<reel::Damage> all = session.file.damage();
  all.insert(all.end(), session.metadata.damage.begin(), session.metadata.damage.end());
  all.insert(all.end(), in_stream.begin(), in_stream.end());
  return all;
}

void warn_of_damage(const std::string& path, const std::vector<reel::Damage>& damage) {
  for (size_t i = 0; i < std::min(damage.size(), kShown); ++i) {
    const uint64_t lost = damage[i].events_lost;
    cli::tell("heapreel: warning: {} (at byte {}){}\n", damage[i].what, damage[i].offset,
              lost == 0 ? "" : ": " + count_of(lost, "event") + " left out");
  }
  if (damage.size() > kShown) cli::tell("heapreel: warning: {} more like these\n", damage.size() - kShown);
  if (!damage.empty()) cli::tell("hint: `heapreel check {}` says what is lost\n", path);
}

}  // namespace heapreel::commands
