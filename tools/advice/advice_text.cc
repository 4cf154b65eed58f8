// advice_text(): each finding as a paragraph, its figures in a column.
#include <algorithm>
#include <fmt/format.h>

#include "tools/advice/advice.h"
#include "tools/advice/words.h"
#include "tools/cli/terminal.h"
#include "tools/cli/text.h"

namespace heapreel::advice {
namespace {

std::string value_text(const Evidence& evidence) {
  if (evidence.unit == "bytes") return bytes(evidence.value);
  if (evidence.unit == "bytes per hour") return bytes(evidence.value) + " an hour";
  if (evidence.unit == "s") return seconds(evidence.value);
  if (evidence.unit == "ns") return fmt::format("{:.1f} ns", evidence.value);
  if (evidence.unit == "share") return percent(evidence.value);
  if (evidence.unit == "count" && evidence.value >= 100) return count(evidence.value);
  if (evidence.unit == "count") return fmt::format("{:.3g}", evidence.value);
  return fmt::format("{:.2f}", evidence.value);
}

std::string heading(Severity severity) {
  constexpr const char* kHeadings[] = {"ACT", "CONSIDER", "NOTE"};
  return kHeadings[static_cast<size_t>(severity)];
}

// The severity stands before the title, or above it where the terminal is narrow.
std::string heading_text(const Finding& finding, size_t indent, size_t width) {
  const std::vector<std::string> title = cli::wrap(finding.title, width - indent);
  const std::string word = heading(finding.severity);
  std::string text = word.size() < indent ? "" : word + "\n";
  for (const std::string& line : title) text += fmt::format("{:<{}}{}\n", text.empty() ? word : "", indent, line);
  return text;
}

std::string evidence_text(const Finding& finding, size_t indent, size_t width) {
  size_t figures = 0;
  for (const Evidence& evidence : finding.evidence) figures = std::max(figures, value_text(evidence).size());
  std::string text;
  for (const Evidence& evidence : finding.evidence) {
    std::string value = value_text(evidence);
    for (const std::string& line : cli::wrap(evidence.name, width - indent - figures - 2)) {
      text += fmt::format("{:<{}}{:>{}}  {}\n", "", indent, value, figures, line);
      value.clear();
    }
  }
  return text;
}

std::string finding_text(const Finding& finding, size_t width) {
  constexpr size_t kRoomy = 60;
  const size_t indent = width < kRoomy ? 2 : 10;
  return heading_text(finding, indent, width) + evidence_text(finding, indent + 2, width) +
         cli::indent_paragraphs(finding.meaning, indent, width) +
         cli::indent_paragraphs("Told from: " + finding.threshold + ".", indent, width) +
         cli::indent_paragraphs("What to do: " + finding.action, indent, width);
}

// Names of allocators and paths are a user's: nothing in them may steer the terminal.
Finding fit_to_be_shown(Finding finding, bool utf8) {
  for (std::string* text : {&finding.title, &finding.meaning, &finding.threshold, &finding.action})
    *text = cli::printable(*text, utf8);
  for (Evidence& evidence : finding.evidence) evidence.name = cli::printable(evidence.name, utf8);
  return finding;
}

}  // namespace

std::string advice_text(const std::vector<Finding>& findings, size_t width, bool utf8) {
  if (findings.empty())
    return cli::indent_paragraphs("Nothing stands out: no figure of these results is beyond a threshold of advice.", 0,
                                  width);
  std::string text;
  for (const Finding& finding : findings)
    text += (text.empty() ? "" : "\n") + finding_text(fit_to_be_shown(finding, utf8), width);
  return text;
}

}  // namespace heapreel::advice
