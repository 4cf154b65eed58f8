// All formats there are, and which of them a file is.
#pragma once

#include <span>

#include "tools/importers/frame/format_spec.h"

namespace heapreel::importers {

std::span<const FormatSpec* const> all_formats();

const FormatSpec* find_format(std::string_view name);

// The format of a trace that begins with `head`; an Error that names the candidates if there is none or more than one.
// `what` begins the text of an error: "cannot import x.txt".
base::Result<const FormatSpec*> detect_format(std::string_view head, const std::string& what);

// The format that the head most looks like, or null if it looks like none.
const FormatSpec* likeliest_format(std::string_view head);

}  // namespace heapreel::importers
