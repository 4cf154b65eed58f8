// Opening a reel for a command.
#include "tools/commands/reel_session.h"

#include <algorithm>
#include <thread>

namespace heapreel::commands {

bool ReelSession::captured() const {
  return std::any_of(file.blocks().begin(), file.blocks().end(),
                     [](const reel::BlockEntry& entry) { return reel::is_capture(entry.type); });
}

std::string_view ReelSession::form() const {
  const bool holds_events = std::any_of(file.blocks().begin(), file.blocks().end(),
                                        [](const reel::BlockEntry& entry) { return entry.holds_events(); });
  if (!holds_events) return "empty";
  return captured() ? "capture" : "packed";
}

base::Result<ReelSession> open_session(const std::string& path, unsigned jobs) {
  auto file = reel::ReelFile::open(path);
  if (!file) return base::fail(std::move(file).error());
  auto metadata = reel::read_metadata(*file);
  if (!metadata) return base::fail(std::move(metadata).error());
  const unsigned threads = jobs != 0 ? jobs : std::max(std::thread::hardware_concurrency(), 1U);
  ReelSession session{.file = std::move(*file), .metadata = std::move(*metadata), .pool = nullptr};
  session.pool = std::make_unique<base::WorkerPool>(threads);
  if (const uint64_t hz = session.metadata.shared.clock().ticks_per_second(); hz != 0) session.ticks_per_second = hz;
  return session;
}

}  // namespace heapreel::commands
