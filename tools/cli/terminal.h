// What the process's standard streams can do: colour, how wide they are, and whether they show more than ASCII.
//
// Colour is for a person at a terminal: never in a pipe or file, never when NO_COLOR is set (https://no-color.org) or
// TERM is "dumb".
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace heapreel::cli {

bool wants_colour(int fd);

// 80 columns, unless `fd` is a terminal: then its width, between 40 and 100.
size_t text_width(int fd);

// Whether a locale's name, such as "en_GB.UTF-8", says that its text is UTF-8.
bool is_utf8_locale(std::string_view name);

// Whether the user's locale is UTF-8: the first of LC_ALL, LC_CTYPE and LANG that is set decides, as POSIX has it. The
// name alone is looked at: a container often lacks the locale's files, and shows UTF-8 all the same.
bool wants_utf8();

// Text from a recording, fit to be shown: bytes that could steer the terminal, and those that it cannot show, become
// '?'.
std::string printable(std::string_view text, bool utf8);

// Gives a closed standard stream a stand-in that fails as the closed one would. Otherwise the next file opened would
// become standard output, and results would be written into it. Call first in main().
void occupy_closed_standard_streams();

}  // namespace heapreel::cli
