// The calls that tools which watch functions see: under which names, and what their arguments mean.
//
// Names are those of the C library, of C++'s operators in mangled form (uprobes, ltrace), and in demangled form
// (ltrace -C). Absent: calls that allocate inside (strdup, getline): a tool that watches malloc does not see them.
#pragma once

#include <span>
#include <string_view>

#include "trace_format/event/event.h"

namespace heapreel::importers {

struct CallForm {
  std::string_view name;
  reel::Op op = reel::Op::kNone;
  // A letter for each argument: s bytes, n count of elements, a alignment, o the block taken or freed, r where the
  // result is written to.
  std::string_view arguments;
};

// How a call is known that is none of these.
const CallForm* find_call(std::string_view name);

// No call has more arguments than this.
inline constexpr size_t kArgumentsMax = 4;

// An event of the form's kind from a call's arguments. False if there are too few. More may follow, as ltrace prints
// four of a function that it does not know; an `r` may be missing, as some tools leave it out.
bool fill_call(const CallForm& form, std::span<const uint64_t> arguments, reel::Event& event);

// Of calls that are under way in one thread, the outer one has the higher rank: realloc may call malloc, and operator
// new calls it, but never the other way round. Two of the same rank never call each other.
int call_rank(reel::Op op);

}  // namespace heapreel::importers
