// The workload's portrait as results.json holds it, and back. Twins.
#pragma once

#include "replayer/lab/json_reading.h"
#include "trace_format/summary/portrait.h"

namespace heapreel::lab {

Json workload_json(const reel::Portrait& portrait);

// Faults are kept by the reading. Lists that belong together have the same length in what is returned without one.
reel::Portrait read_workload(const JsonReading::Field& field);

}  // namespace heapreel::lab
