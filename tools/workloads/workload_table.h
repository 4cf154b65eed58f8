// The workloads by function: one each, defined in the file of its name.
#pragma once

#include "tools/workloads/workload.h"

namespace heapreel::workloads {

const WorkloadSpec& web_server_spec();
const WorkloadSpec& kv_store_spec();
const WorkloadSpec& json_tree_spec();
const WorkloadSpec& small_spec();
const WorkloadSpec& medium_spec();
const WorkloadSpec& large_spec();
const WorkloadSpec& mixed_spec();
const WorkloadSpec& churn_spec();
const WorkloadSpec& fragmentation_spec();
const WorkloadSpec& producer_consumer_spec();
const WorkloadSpec& thread_local_spec();
const WorkloadSpec& shared_pool_spec();
const WorkloadSpec& order_book_spec();
const WorkloadSpec& market_data_spec();
const WorkloadSpec& documents_spec();
const WorkloadSpec& long_running_spec();
const WorkloadSpec& fleet_spec();

}  // namespace heapreel::workloads
