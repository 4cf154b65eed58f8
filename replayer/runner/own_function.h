// Functions of the library that serves malloc, which the runner is not linked with by name.
#pragma once

#include <dlfcn.h>

#include "replayer/measure/board_format.h"

namespace heapreel::runner {

// A function of the file that serves malloc; null if it has none of that name. Looking for what is not there leaves a
// message with the loader: see find_entry_points().
template <class Function>
Function own_function(const measure::Board& board, const char* name) {
  void* const file = dlopen(board.library, RTLD_NOLOAD | RTLD_LAZY);
  return file != nullptr ? reinterpret_cast<Function>(dlsym(file, name)) : nullptr;
}

}  // namespace heapreel::runner
