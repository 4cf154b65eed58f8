// `heapreel info` for a person: what the reel is, whether it is whole, and a portrait of the workload in one screen.
#include <algorithm>
#include <fmt/format.h>

#include "tools/cli/quantity.h"
#include "tools/cli/terminal.h"
#include "tools/cli/text.h"
#include "tools/commands/info.h"
#include "tools/commands/warn.h"

namespace heapreel::commands {
namespace {

constexpr size_t kCurveColumns = 60;
constexpr size_t kBarColumns = 40;
constexpr size_t kTextColumns = 62;  // beside the names, in 80 columns

// What curves and bars are drawn with.
struct Ink {
  std::array<std::string_view, 9> levels;
  std::string_view bar;
};
constexpr Ink kBlocks = {{" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"}, "█"};
constexpr Ink kAscii = {{" ", ".", ":", "-", "=", "+", "*", "%", "#"}, "#"};

const Ink& ink() { return cli::wants_utf8() ? kBlocks : kAscii; }

// Names and texts come from the recorded program or a foreign file: nothing in them may steer a terminal.
std::string shown(std::string_view text) { return cli::printable(text, cli::wants_utf8()); }

class Lines {
 public:
  template <class... Values>
  void add(std::string_view name, fmt::format_string<Values...> format, Values&&... values) {
    raw(fmt::format("  {:<14}{}\n", name, fmt::format(format, std::forward<Values>(values)...)));
  }
  // Text of any length, in as many lines as it needs.
  void add_long(std::string_view name, std::string_view text) {
    for (const std::string& line : cli::wrap(text, kTextColumns)) {
      add(name, "{}", line);
      name = "";
    }
  }
  void raw(std::string_view line) { text_ += line; }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

std::string command_line(const ReelInfo& info) {
  std::string line;
  for (const std::string& word : info.session.metadata.confidential.command()) line += (line.empty() ? "" : " ") + word;
  line = shown(line);
  if (cli::display_width(line) <= kTextColumns) return line;
  size_t end = kTextColumns - 3;
  while (end > 0 && (line[end] & 0xC0) == 0x80) --end;  // not within a character
  return line.substr(0, end) + "...";
}

// Where a reel comes from that was not recorded; empty for one that was.
std::string origin_of(const reel::proto::Metadata& shared) {
  const std::string& format = shared.producer().source_format();
  if (format.empty()) return "";
  const auto& options = shared.capture().options();
  const auto workload = options.find("workload");
  if (workload == options.end()) return "imported from " + shown(format);
  const auto seed = options.find("seed");
  return "generated: " + shown(workload->second) + (seed != options.end() ? ", seed " + shown(seed->second) : "");
}

void add_origin(Lines& lines, const ReelInfo& info) {
  const reel::proto::Metadata& shared = info.session.metadata.shared;
  if (const std::string command = command_line(info); !command.empty()) lines.add("command", "{}", command);
  if (const std::string origin = origin_of(shared); !origin.empty()) lines.add_long("origin", origin);
  std::string history;
  for (const reel::proto::Step& step : shared.provenance()) history += (history.empty() ? "" : ", ") + step.what();
  if (!history.empty()) lines.add_long("history", shown(history));
  if (!shared.allocator().name().empty())
    lines.add_long("allocator", shown(shared.allocator().name() + " " + shared.allocator().version()));
}

void add_file(Lines& lines, const ReelInfo& info) {
  const reel::Summary& summary = info.summary;
  std::string form = fmt::format("{}, {}", info.session.form(), cli::format_bytes(info.session.file.bytes()));
  if (const uint64_t events = summary.counts.events; events > 0)
    form += fmt::format(", {:.3f} bytes an event",
                        static_cast<double>(info.session.file.bytes()) / static_cast<double>(events));
  lines.add("form", "{}", form);
  lines.add_long("complete", info.complete ? "yes" : "NO: " + shown(cause_of(info)));
  if (const auto& metadata = info.session.metadata.shared; metadata.has_window())
    lines.add_long("kept", fmt::format("the last part of a longer run, from {} on; {} before it were dropped",
                                       cli::format_duration(info.session.to_ns(metadata.window().begin())),
                                       count_of(metadata.window().events_before(), "event")));
  if (summary.events_lost > 0) lines.add("lost", "{}", count_of(summary.events_lost, "event"));
  lines.add("content id", "{}", info.content_id.substr(0, 16));
}

// The kinds of event by number, as many as fit.
std::string kinds_line(const reel::Summary& summary) {
  std::vector<std::pair<uint64_t, std::string_view>> kinds;
  for (int op = 0; op < reel::kOpLimit; ++op)
    if (summary.counts.by_op[op] != 0) kinds.emplace_back(summary.counts.by_op[op], reel::kOpTraits[op].name);
  std::sort(kinds.rbegin(), kinds.rend());
  std::string line;
  for (const auto& [count, name] : kinds) {
    const std::string part = fmt::format("{}{} {}", line.empty() ? "" : ", ", name, cli::format_count_short(count));
    if (line.size() + part.size() > 58) return line + ", ...";
    line += part;
  }
  return line;
}

void add_workload(Lines& lines, const ReelInfo& info) {
  const reel::Summary& summary = info.summary;
  const uint64_t frees = summary.counts.events - summary.counts.births;
  lines.add("events", "{} in {}", cli::format_count(summary.counts.events),
            cli::format_duration(info.session.to_ns(summary.last_time) - info.session.to_ns(summary.first_time)));
  if (const std::string kinds = kinds_line(summary); !kinds.empty()) lines.add("", "{}", kinds);
  lines.add("threads", "{}, {} across threads ({} of frees)", cli::format_count(summary.threads),
            count_of(summary.counts.cross_thread_frees, "free"),
            cli::format_percent(static_cast<double>(summary.counts.cross_thread_frees), static_cast<double>(frees)));
  lines.add("live, peak", "{} at {}; at most {}", cli::format_bytes(summary.live_peak_bytes),
            cli::format_duration(info.session.to_ns(summary.live_peak_time)),
            count_of(summary.live_peak_objects, "object"));
  lines.add("live, end", "{} in {}", cli::format_bytes(summary.live_end_bytes),
            count_of(summary.live_end_objects, "object"));
  if (summary.counts.reallocs_moved > 0)
    lines.add("reallocs", "{} moved", cli::format_count(summary.counts.reallocs_moved));
}

void add_doubts(Lines& lines, const ReelInfo& info) {
  const reel::Summary& summary = info.summary;
  std::string doubts;
  const auto add = [&doubts](uint64_t count, std::string_view noun) {
    if (count > 0) doubts += (doubts.empty() ? "" : ", ") + count_of(count, noun);
  };
  add(summary.counts.failed, "failed allocation");
  add(summary.counts.unknown_frees, "free of unknown object");
  add(summary.counts.double_frees, "double free");
  add(summary.counts.implied_frees, "lost free");
  if (!doubts.empty()) lines.add_long("beware", doubts);
}

// Live bytes over time as a row of block characters, scaled to the peak.
void add_curve(Lines& lines, const ReelInfo& info) {
  const reel::Summary& summary = info.summary;
  if (summary.live_curve.size() < 2 || summary.live_peak_bytes == 0) return;
  std::string row;
  const size_t points = summary.live_curve.size();
  const size_t columns = std::min(kCurveColumns, points);
  for (size_t column = 0; column < columns; ++column) {
    uint64_t top = 0;
    for (size_t i = column * points / columns; i < (column + 1) * points / columns; ++i)
      top = std::max(top, summary.live_curve[i].live_bytes_max);
    const auto level = static_cast<double>(top) / static_cast<double>(summary.live_peak_bytes) * 8;
    row += ink().levels[std::clamp<size_t>(static_cast<size_t>(level + 0.5), top > 0 ? 1 : 0, 8)];
  }
  lines.add("live bytes", "{}", row);
}

std::string size_range(size_t log2) {
  if (log2 == 0) return "0 B";
  const std::string from = cli::format_bytes(uint64_t{1} << (log2 - 1));
  return "from " + (from.size() > 3 && from.find(".00") != std::string::npos
                        ? from.substr(0, from.find('.')) + from.substr(from.find(' '))
                        : from);
}

// Allocations by size, a bar for each power of two that has a percent of them.
void add_sizes(Lines& lines, const ReelInfo& info) {
  const auto& sizes = info.summary.counts.births_by_size_log2;
  const uint64_t top = *std::max_element(sizes.begin(), sizes.end());
  if (top == 0) return;
  lines.raw("\n  sizes asked for\n");
  for (size_t log2 = 0; log2 < sizes.size(); ++log2) {
    if (sizes[log2] * 100 < info.summary.counts.births || sizes[log2] == 0) continue;
    const size_t length = std::max<size_t>(sizes[log2] * kBarColumns / top, 1);
    std::string bar;
    for (size_t i = 0; i < length; ++i) bar += ink().bar;
    lines.raw(fmt::format(
        "  {:>14}  {}{:<{}}{:>8}\n", size_range(log2), bar, "", kBarColumns - length,
        cli::format_percent(static_cast<double>(sizes[log2]), static_cast<double>(info.summary.counts.births))));
  }
}

}  // namespace

std::string info_text(const ReelInfo& info) {
  Lines lines;
  lines.raw(cli::printable(info.session.file.path(), true) + "\n");
  add_origin(lines, info);
  add_file(lines, info);
  add_workload(lines, info);
  add_doubts(lines, info);
  add_curve(lines, info);
  add_sizes(lines, info);
  return lines.take();
}

}  // namespace heapreel::commands
