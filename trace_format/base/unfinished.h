// The names of output files that are being written, where a signal handler can find them.
//
// A program that is interrupted removes its unfinished outputs: its handler calls remove_unfinished(). Libraries set no
// handlers; main() does. The invariant: a slot's text does not change while the slot is taken, so that reading it is
// safe at any moment and on any thread.
#pragma once

#include <cstddef>
#include <string>

namespace heapreel::base {

inline constexpr size_t kUnfinishedMax = 8;

// Remembers a file; false if it is one too many or its name is too long, and then it is left behind on a signal.
bool note_unfinished(const std::string& path);
void forget_unfinished(const std::string& path);

// Async-signal-safe: nothing but unlink(2) on the names noted. For a process that is about to end.
void remove_unfinished();

}  // namespace heapreel::base
