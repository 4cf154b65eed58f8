// The workloads by function: one each, defined in the file of its name.
#pragma once

#include "tools/workloads/workload.h"

namespace heapreel::workloads {

const WorkloadSpec& web_server_spec();
const WorkloadSpec& kv_store_spec();
const WorkloadSpec& json_tree_spec();

}  // namespace heapreel::workloads
