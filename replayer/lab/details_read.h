// The details of results.json read back: what explains the figures. Twin of details_json.h.
#pragma once

#include "replayer/lab/json_reading.h"
#include "replayer/lab/results.h"

namespace heapreel::lab {

// Curves, slowest calls and settings of an allocator; those that are there.
void read_details(const JsonReading::Field& allocator, AllocatorResult& into);

// The recorded program itself; nothing if the results do not tell of it.
std::optional<ProgramFacts> read_program(const JsonReading::Field& field);

}  // namespace heapreel::lab
