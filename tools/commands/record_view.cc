// What a person sees of a recording.
#include <ctime>
#include <fmt/format.h>
#include <unistd.h>

#include "tools/cli/quantity.h"
#include "tools/cli/terminal.h"
#include "tools/commands/record.h"

namespace heapreel::commands {
namespace {

// A person who has closed the terminal is no reason to fail.
template <class... Values>
void say(fmt::format_string<Values...> format, Values&&... values) {
  const std::string text = fmt::format(format, std::forward<Values>(values)...);
  (void)std::fwrite(text.data(), 1, text.size(), stderr);
}

uint64_t monotonic_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
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
  std::string line = fmt::format("recording: {} events, {}/s", cli::format_count_short(events),
                                 cli::format_count_short(rate));
  const std::string parts[] = {fmt::format(", RSS {}", cli::format_bytes(board.rss_bytes.load())),
                               fmt::format(", {} threads", board.threads.load()),
                               fmt::format(", {} written", cli::format_bytes(board.bytes.load())),
                               board.lost.load() > 0 ? fmt::format(", {} LOST", board.lost.load()) : ""};
  const size_t width = cli::text_width(STDERR_FILENO);
  for (const std::string& part : parts)
    if (line.size() + part.size() < width) line += part;
  say("\r\x1b[K{}", line);
  (void)std::fflush(stderr);
  shown_ = true;
}

void RecordView::clear() {
  if (shown_) say("\r\x1b[K");
  shown_ = false;
}

void RecordView::finish(const collector::Board& board) {
  clear();
  if (quiet_) return;
  const uint64_t events = board.events.load();
  const uint64_t bytes = board.bytes.load();
  const std::string path(board.first_path.data());
  if (board.trouble[0] != 0) say("heapreel: warning: {}\n", board.trouble.data());
  if (path.empty()) return;
  std::string size = cli::format_bytes(bytes);
  if (events > 0) size += fmt::format(", {:.2f} bytes an event", static_cast<double>(bytes) / static_cast<double>(events));
  say("heapreel: recorded {} events of {} into {}\n", cli::format_count(events),
             board.processes.load() == 1 ? "one process" : fmt::format("{} processes", board.processes.load()), path);
  say("heapreel: {}\n", size);
  if (board.lost.load() > 0) say("heapreel: {} events were LOST\n", cli::format_count(board.lost.load()));
  if (board.running.load() > 0)
    say("heapreel: {} of its processes live on and are still recorded\n", board.running.load());
  say("heapreel: next: heapreel info {}\n", path);
}

}  // namespace heapreel::commands
