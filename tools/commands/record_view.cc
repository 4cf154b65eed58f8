// What a person sees of a recording.
#include <ctime>
#include <fmt/format.h>
#include <unistd.h>

#include "tools/cli/quantity.h"
#include "tools/cli/tell.h"
#include "tools/cli/terminal.h"
#include "tools/commands/record.h"

namespace heapreel::commands {
namespace {

uint64_t monotonic_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
}

std::string events_line(const collector::Board& board) {
  const uint64_t events = board.events.load();
  const uint64_t duration_ns = board.duration_ns.load();
  std::string line = fmt::format(
      "recorded {} events of {}", cli::format_count(events),
      board.processes.load() == 1 ? std::string("one process") : fmt::format("{} processes", board.processes.load()));
  if (duration_ns == 0) return line;
  const auto rate = static_cast<uint64_t>(static_cast<double>(events) * 1e9 / static_cast<double>(duration_ns));
  return line + fmt::format(" in {}, {} a second", cli::format_duration(duration_ns), cli::format_count_short(rate));
}

std::string threads_part(uint64_t threads) {
  return fmt::format(", {} {}", threads, threads == 1 ? "thread" : "threads");
}

// Nothing for a program that ended before it was looked at.
std::string memory_line(const collector::Board& board) {
  const uint64_t peak = board.rss_bytes_peak.load();
  if (peak == 0) return {};
  return fmt::format("its anonymous memory peaked at {}{}", cli::format_bytes(peak),
                     board.processes.load() == 1 ? "" : ", in the process that used most");
}

std::string file_line(const collector::Board& board, const std::string& path) {
  const uint64_t events = board.events.load();
  const uint64_t bytes = board.bytes.load();
  const std::string line = fmt::format("{}{}: {}", path, board.processes.load() == 1 ? "" : " and others beside it",
                                       cli::format_bytes(bytes));
  if (events == 0) return line;
  return line + fmt::format(", {:.2f} bytes an event", static_cast<double>(bytes) / static_cast<double>(events));
}

std::string loss_line(const collector::Board& board) {
  const uint64_t lost = board.lost.load();
  return lost == 0 ? "nothing was lost" : fmt::format("{} events were LOST", cli::format_count(lost));
}

}  // namespace

RecordView::RecordView(bool quiet) : quiet_(quiet), live_(!quiet && isatty(STDERR_FILENO) != 0) {}

void RecordView::tick(const collector::Board& board) {
  if (!live_) return;
  const uint64_t now = monotonic_ns();
  const uint64_t events = board.events.load();
  const uint64_t passed = last_ns_ == 0 ? 0 : now - last_ns_;
  const uint64_t rate = passed == 0 ? 0 : (events - last_events_) * 1'000'000'000 / passed;
  last_ns_ = now;
  last_events_ = events;
  std::string line = fmt::format("{} events, {}/s", cli::format_count_short(events), cli::format_count_short(rate));
  const std::string parts[] = {board.lost.load() > 0 ? fmt::format(", {} LOST", board.lost.load()) : "",
                               fmt::format(", live {}", cli::format_bytes(board.live_bytes.load())),
                               fmt::format(", RSS {}", cli::format_bytes(board.rss_bytes.load())),
                               threads_part(board.threads.load()),
                               fmt::format(", reel {}", cli::format_bytes(board.bytes.load()))};
  const size_t width = cli::text_width(STDERR_FILENO);
  for (const std::string& part : parts)
    if (line.size() + part.size() < width) line += part;
  cli::tell("\r\x1b[K{}", line);
  (void)std::fflush(stderr);
  shown_ = true;
}

void RecordView::clear() {
  if (shown_) cli::tell("\r\x1b[K");
  shown_ = false;
}

void RecordView::end(const collector::Board& board) {
  clear();
  if (board.trouble[0] != 0) cli::tell("heapreel: warning: {}\n", board.trouble.data());
  cli::tell("heapreel: {}\n", events_line(board));
}

// Five lines: what was recorded, what the program used, what it is kept in, what is missing, what to do next.
void RecordView::finish(const collector::Board& board) {
  clear();
  if (quiet_) return;
  const std::string path(board.first_path.data());
  if (board.trouble[0] != 0) cli::tell("heapreel: warning: {}\n", board.trouble.data());
  if (path.empty()) return;
  for (const std::string& line : {events_line(board), memory_line(board), file_line(board, path), loss_line(board)})
    if (!line.empty()) cli::tell("heapreel: {}\n", line);
  if (board.running.load() > 0)
    cli::tell("heapreel: {} of its processes live on and are still recorded\n", board.running.load());
  cli::tell("heapreel: next: heapreel info {}\n", path);
}

}  // namespace heapreel::commands
