// What ends a replay at once. The first thread that meets trouble leaves a note on the board and ends the process: an
// allocator that returns rubbish cannot be asked to clean up.
#pragma once

#include "replayer/engine/engine.h"

namespace heapreel::engine {

struct Trouble {
  measure::Trouble what{};
  void* address = nullptr;
  void* other_address = nullptr;
  uint64_t other_size = 0;
};

[[noreturn]] void stop_for(const Thread& thread, const plan::Op& op, const Trouble& trouble);
// An allocation that succeeded in the record did not.
[[noreturn]] void null_returned(const Thread& thread, const plan::Op& op);
[[noreturn]] void bad_op(const Thread& thread, const plan::Op& op);
// The system refused something.
[[noreturn]] void stop_for_system(measure::Board& board, const char* what, int error);

}  // namespace heapreel::engine
