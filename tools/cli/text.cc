// Greedy line filling; styles are applied after widths are known, so colour never moves a column.
#include "tools/cli/text.h"

#include <algorithm>
#include <fmt/format.h>

namespace heapreel::cli {
namespace {

constexpr size_t kWidestLabelColumn = 28;
constexpr size_t kColumnGap = 2;

std::vector<std::string_view> split(std::string_view text, std::string_view separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const size_t end = text.find(separator);
    if (end != 0) parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + separator.size());
  }
  return parts;
}

std::string row_text(const Row& row, const Columns& columns) {
  const size_t start = columns.indent + columns.label;
  const size_t width = columns.width > start + 20 ? columns.width - start : 20;
  std::string out;
  for (const std::string_view paragraph : split(row.text, "\n")) {
    for (const std::string& line : wrap(paragraph, width)) {
      if (!out.empty()) out += fmt::format("\n{:{}}", "", start);
      out += line;
    }
  }
  return out;
}

}  // namespace

size_t display_width(std::string_view text) {
  return static_cast<size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

std::vector<std::string_view> split_paragraphs(std::string_view text) { return split(text, "\n\n"); }

std::vector<std::string> wrap(std::string_view paragraph, size_t width) {
  std::vector<std::string> lines;
  for (const std::string_view word : split(paragraph, " ")) {
    if (!lines.empty() && display_width(lines.back()) + 1 + display_width(word) <= width) {
      lines.back() += ' ';
      lines.back() += word;
    } else {
      lines.emplace_back(word);
    }
  }
  return lines;
}

std::string indent_paragraphs(std::string_view text, size_t indent, size_t width) {
  std::string out;
  for (const std::string_view paragraph : split_paragraphs(text)) {
    if (!out.empty()) out += '\n';
    for (const std::string& line : wrap(paragraph, width - indent)) out += fmt::format("{:{}}{}\n", "", indent, line);
  }
  return out;
}

std::string two_columns(const std::vector<Row>& rows, const Columns& columns, std::string_view label_style) {
  std::string out;
  for (const Row& row : rows) {
    const std::string text = row_text(row, columns);
    const size_t label_width = display_width(row.label);
    out += fmt::format("{:{}}{}", "", columns.indent, styled(row.label, label_style));
    if (!text.empty() && label_width + kColumnGap > columns.label) {
      out += fmt::format("\n{:{}}{}", "", columns.indent + columns.label, text);
    } else if (!text.empty()) {
      out += fmt::format("{:{}}{}", "", columns.label - label_width, text);
    }
    out += '\n';
  }
  return out;
}

size_t label_column(const std::vector<Row>& rows) {
  size_t column = 0;
  for (const Row& row : rows) {
    const size_t needed = display_width(row.label) + kColumnGap;
    if (needed <= kWidestLabelColumn) column = std::max(column, needed);
  }
  return column == 0 ? kWidestLabelColumn : column;
}

std::string markdown_text(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (std::string_view("\\|`*_[]<>#~").find(c) != std::string_view::npos) result += '\\';
    result += c == '\n' ? ' ' : c;
  }
  return result;
}

std::string styled(std::string_view text, std::string_view style) {
  return style.empty() ? std::string(text) : fmt::format("\x1b[{}m{}\x1b[0m", style, text);
}

}  // namespace heapreel::cli
