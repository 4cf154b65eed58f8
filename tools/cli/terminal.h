// What the process's standard streams can do: colour, and how wide they are.
//
// Colour is for a person at a terminal: never in a pipe or file, never when NO_COLOR is set (https://no-color.org) or
// TERM is "dumb".
#pragma once

#include <cstddef>

namespace heapreel::cli {

bool wants_colour(int fd);

// 80 columns, unless `fd` is a terminal: then its width, between 40 and 100.
size_t text_width(int fd);

// Gives a closed standard stream a stand-in that fails as the closed one would. Otherwise the next file opened would
// become standard output, and results would be written into it. Call first in main().
void occupy_closed_standard_streams();

}  // namespace heapreel::cli
