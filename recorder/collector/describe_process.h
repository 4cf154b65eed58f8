// What a reel says at its front of the process it is of, and of the machine: read from /proc when the process is met.
//
// What may be shared goes into the one message, what names people, machines and places into the other. A process that
// has gone leaves most of it empty.
#pragma once

#include "recorder/collector/process_reel.h"

namespace heapreel::collector {

// `shared` holds the process as its first already.
void describe_process(const ProcessFacts& facts, const SessionClock& clock, reel::proto::Metadata& shared,
                      reel::proto::PrivateMetadata& confidential);

// The name a thread goes by; empty if it has gone.
std::string thread_name_of(int pid, uint32_t tid);

}  // namespace heapreel::collector
