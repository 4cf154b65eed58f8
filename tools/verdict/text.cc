// verdict_text(): tables while they fit, a paragraph for each allocator where they do not; then the sentences.
#include "tools/verdict/text.h"

#include <algorithm>
#include <fmt/format.h>

#include "tools/cli/terminal.h"
#include "tools/cli/text.h"
#include "tools/verdict/figures.h"
#include "tools/verdict/picture.h"

namespace heapreel::verdict {
namespace {

constexpr size_t kTableWidth = 80;
constexpr size_t kNameColumns = 13;
constexpr size_t kPictureColumns = 10;

const Column& column(const char* id) {
  return *std::ranges::find_if(columns(), [id](const Column& it) { return std::string_view(it.id) == id; });
}

// std::format counts bytes, a terminal columns.
std::string right(const std::string& text, size_t width) {
  const size_t own = cli::display_width(text);
  return own < width ? std::string(width - own, ' ') + text : text;
}
std::string left(const std::string& text, size_t width) {
  const size_t own = cli::display_width(text);
  return own < width ? text + std::string(width - own, ' ') : text;
}

class Text {
 public:
  Text(const Verdict& verdict, const Look& look) : verdict_(verdict), look_(look) {
    for (const Row& row : verdict.rows)
      if (const Cell* cell = row.cell("rss_peak_bytes")) top_bytes_ = std::max(top_bytes_, cell->value);
  }

  std::string make() {
    const bool any = std::ranges::any_of(verdict_.rows, [](const Row& row) { return !row.cells.empty(); });
    if (any && look_.width >= kTableWidth) {
      speed_table();
      memory_table();
    } else if (any) {
      paragraphs();
    }
    if (any) legend();
    failures();
    sentences();
    return std::move(text_);
  }

 private:
  void line(const std::string& text) { text_ += text.substr(0, text.find_last_not_of(' ') + 1) + "\n"; }
  void wrapped(const std::string& first, const std::string& text, const std::string& style = "") {
    const size_t indent = cli::display_width(first);
    bool begun = false;
    for (const std::string& part : cli::wrap(cli::printable(text, look_.utf8), look_.width - indent)) {
      line((begun ? std::string(indent, ' ') : first) + (look_.colour ? cli::styled(part, style) : part));
      begun = true;
    }
  }
  std::string heading(const std::string& text) const { return look_.colour ? cli::styled(text, "1") : text; }
  const char* plus_minus() const { return look_.utf8 ? "±" : "+-"; }

  std::string name_of(const Row& row) const {
    std::string name = cli::printable(row.name, look_.utf8);
    if (name.size() > kNameColumns - 3) name = name.substr(0, kNameColumns - 4) + "~";
    return fmt::format("{} {}", row.pareto ? '*' : ' ', left(name, kNameColumns - 2));
  }

  std::string value(const Row& row, const char* id) const { return value_text(row, column(id)); }
  std::string ratio(const Row& row, const char* id) const { return ratio_text(row, column(id), look_.utf8); }

  // "9.69 ±1.74"
  std::string net(const Row& row) const {
    const Cell* cell = row.cell("ns_per_op_net");
    if (cell == nullptr) return "-";
    if (!cell->low) return fmt::format("{:.2f}", cell->value);
    return fmt::format("{:.2f} {}{:.2f}", cell->value, plus_minus(), (*cell->high - *cell->low) / 2);
  }

  // Ratios in a column of their own: the figure right-aligned, the sign of a tie after it.
  std::string ratio_cell(const Row& row, const char* id, size_t width) const {
    const std::string text = ratio(row, id);
    const bool tie = text.ends_with('~');
    return tie ? right(text, width) : right(text, width - 2) + "  ";
  }

  void speed_table() {
    line(heading(fmt::format("  {:<11}", "SPEED")) + right("net ns/call", 15) + right("ratio", 8) + "  " +
         right("p99.9", 11) + right("ratio", 8) + "  " + right("max", 10) + right("faults", 11));
    for (const Row& row : verdict_.rows) {
      if (row.cells.empty()) continue;
      line(name_of(row) + right(net(row), 15) + ratio_cell(row, "ns_per_op_net", 10) +
           right(value(row, "latency_p999_ns"), 11) + ratio_cell(row, "latency_p999_ns", 10) +
           right(value(row, "latency_max_ns"), 10) + right(value(row, "minor_faults"), 11));
    }
  }

  void memory_table() {
    line("");
    line(heading(fmt::format("  {:<11}", "MEMORY")) + right("peak RSS", 11) + right("ratio", 8) + "  " +
         right("mean RSS", 11) + right("ratio", 8) + "  " + right("RSS/live", 9) + "  over time");
    for (const Row& row : verdict_.rows) {
      if (row.cells.empty()) continue;
      line(name_of(row) + right(value(row, "rss_peak_bytes"), 11) + ratio_cell(row, "rss_peak_bytes", 10) +
           right(value(row, "rss_mean_bytes"), 11) + ratio_cell(row, "rss_mean_bytes", 10) +
           right(value(row, "rss_to_live"), 9) + "  " +
           curve_picture(row.curve, kPictureColumns, top_bytes_, look_.utf8));
    }
    forecast_table();
  }

  // What the program itself would take, where that is predicted.
  void forecast_table() {
    if (verdict_.basis != Basis::kPrediction) return;
    line("");
    line(heading(fmt::format("  {:<11}", "PREDICTED")) + right("peak", 11) + "  " + left("between", 23) +
         right("mean", 11) + right("CPU", 9) + "  between");
    for (const Row& row : verdict_.rows)
      if (row.forecast.count("rss_peak_bytes") != 0) forecast_row(row);
  }

  void forecast_row(const Row& row) {
    const Forecast& peak = row.forecast.at("rss_peak_bytes");
    const auto mean = row.forecast.find("rss_mean_bytes"), cpu = row.forecast.find("cpu_s_delta");
    std::string text =
        name_of(row) + right(figure(peak.figure.value, Unit::kBytes), 11) + (peak.tie ? " ~" : "  ") +
        left(fmt::format("{} .. {}", figure(peak.figure.low, Unit::kBytes), figure(peak.figure.high, Unit::kBytes)),
             23);
    if (mean != row.forecast.end())
      text += right(figure(mean->second.figure.value, Unit::kBytes), 11) + (mean->second.tie ? "~" : " ");
    if (cpu != row.forecast.end() && !row.reference)
      text += right(fmt::format("{:+.2f} s", cpu->second.figure.value), 8) + (cpu->second.tie ? "~ " : "  ") +
              fmt::format("{:+.1f} .. {:+.1f}", cpu->second.figure.low, cpu->second.figure.high);
    line(text);
  }

  void paragraphs() {
    for (const Row& row : verdict_.rows) {
      if (row.cells.empty()) continue;
      line(heading(name_of(row)));
      for (const Column& it : columns()) {
        if (row.cell(it.id) == nullptr) continue;
        line(fmt::format("  {:<13}", it.label) + right(value_text(row, it), 12) +
             right(ratio_text(row, it, look_.utf8), 11));
      }
      if (const auto peak = row.forecast.find("rss_peak_bytes"); peak != row.forecast.end())
        line(fmt::format("  {:<13}", "predicted") + right(figure(peak->second.figure.value, Unit::kBytes), 12));
      line("  " + curve_picture(row.curve, look_.width - 4, top_bytes_, look_.utf8));
    }
  }

  void legend() {
    std::string text = "*: none is better in speed or memory without being worse in the other. ~: no difference to " +
                       cli::printable(verdict_.reference, look_.utf8) + " can be claimed.";
    const bool unresolved = std::ranges::any_of(verdict_.rows, [](const Row& row) {
      return row.cell("latency_p999_ns") != nullptr && !row.cell("latency_p999_ns")->resolved;
    });
    if (unresolved) text += " <=: no more than the clock itself, or too few calls to tell.";
    wrapped("  ", text, look_.colour ? "2" : "");
  }

  void failures() {
    for (const Row& row : verdict_.rows)
      if (!row.failure.empty()) {
        line("");
        wrapped(left(cli::printable(row.name, look_.utf8), kNameColumns), "FAILED: " + row.failure);
      }
  }

  std::string level_style() const {
    if (!verdict_.recommends) return "1;31";
    return verdict_.level == "yellow" ? "1;33" : "1;32";
  }

  void sentences() {
    line("");
    wrapped("", verdict_.headline, level_style());
    for (const std::string& sentence : verdict_.sentences) wrapped("  ", sentence);
    if (!verdict_.not_measured.empty()) wrapped("", "Not in these figures:");
    for (const std::string& one : verdict_.not_measured) wrapped("  - ", one);
    deployment();
  }

  void deployment() {
    for (const Deployment& one : verdict_.deploy) {
      line("");
      line(heading(fmt::format("To run on {}:", cli::printable(one.name, look_.utf8))));
      const std::string shell = pastes(one).front().text;
      for (size_t at = 0; at < shell.size();) {
        const size_t end = std::min(shell.find('\n', at), shell.size());
        line("  " + shell.substr(at, end - at));
        at = end + 1;
      }
    }
  }

  const Verdict& verdict_;
  const Look& look_;
  double top_bytes_ = 0;
  std::string text_;
};

}  // namespace

std::string verdict_text(const Verdict& verdict, const Look& look) { return Text(verdict, look).make(); }

}  // namespace heapreel::verdict
