// Text fitted to a width: the one place that breaks lines.
//
// Widths count code points, not bytes. Words longer than a line stay whole; nothing is ever cut.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace heapreel::cli {

// Code points of UTF-8 text: columns, for the scripts our own texts use.
size_t display_width(std::string_view text);

std::vector<std::string_view> split_paragraphs(std::string_view text);

// The lines of one paragraph, each at most `width` columns.
std::vector<std::string> wrap(std::string_view paragraph, size_t width);

// Every paragraph wrapped and indented, an empty line between two, ending in a newline.
std::string indent_paragraphs(std::string_view text, size_t indent, size_t width);

// Labels in a column, texts beside them; a label too wide for the column gets a line of its own.
struct Row {
  std::string label;
  std::string text;
};
struct Columns {
  size_t indent = 2;
  size_t label = 20;  // where the texts start, counted from the indent
  size_t width = 80;
};
std::string two_columns(const std::vector<Row>& rows, const Columns& columns, std::string_view label_style);

// The column that fits the labels, within reason.
size_t label_column(const std::vector<Row>& rows);

// Text that Markdown and HTML take for nothing but text, on one line.
std::string markdown_text(std::string_view text);

// `text` between an ANSI style ("1" is bold) and its reset; plain if `style` is empty.
std::string styled(std::string_view text, std::string_view style);

}  // namespace heapreel::cli
