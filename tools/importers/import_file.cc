// From a file to a reel: which format it is, and what an error should say when it is another.
#include <fmt/format.h>

#include "tools/importers/frame/format_table.h"
#include "tools/importers/import.h"

namespace heapreel::importers {
namespace {

std::string what_of(const ImportRequest& request) { return fmt::format("cannot import {}", request.input); }

// The format that the head looks like, if it is not the one that was asked for.
const FormatSpec* other_format(const FormatSpec& asked, std::string_view head) {
  const FormatSpec* likeliest = likeliest_format(head);
  return likeliest == &asked ? nullptr : likeliest;
}

std::string hint_at(const FormatSpec& format) { return fmt::format("it looks like {0}: try --from {0}", format.name); }

base::Result<const FormatSpec*> choose_format(const ImportRequest& request, std::string_view head) {
  if (request.format == nullptr || (head.empty() && request.format->open != nullptr))
    return detect_format(head, what_of(request));
  const FormatSpec* other = other_format(*request.format, head);
  if (other == nullptr || request.format->looks_like(head) > 0) return request.format;
  return base::fail({.code = base::ErrorCode::kBadInput,
                     .what = what_of(request),
                     .why = fmt::format("it is no {} trace", request.format->name),
                     .hint = hint_at(*other)});
}

// An error of the reader names the file, and the format that it may be instead.
base::Error improved(base::Error error, const ImportRequest& request, const FormatSpec& format, std::string_view head) {
  if (error.what != kCannotImport) return error;
  error.what = what_of(request);
  const FormatSpec* other = other_format(format, head);
  if (other != nullptr && error.code == base::ErrorCode::kBadInput) error.hint = hint_at(*other);
  return error;
}

}  // namespace

base::Result<ImportResult> import_file(const ImportRequest& request) {
  auto input = Input::open(request.input);
  if (!input) return base::fail(std::move(input).error());
  const auto start = input->head();
  if (!start) return base::fail(start.error());
  const std::string head(*start);
  const auto format = choose_format(request, head);
  if (!format) return base::fail(format.error());
  if ((*format)->open == nullptr) return import_mlogcol(request);
  auto reader = (*format)->open(std::move(*input), {.bad_lines_max = request.bad_lines_max});
  auto result = reader ? import_trace(request, **format, **reader) : base::fail(std::move(reader).error());
  if (!result) return base::fail(improved(std::move(result).error(), request, **format, head));
  return result;
}

}  // namespace heapreel::importers
