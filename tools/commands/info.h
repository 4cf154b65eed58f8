// What `heapreel info` has gathered of one reel, and the two ways of showing it.
#pragma once

#include <string>

#include "tools/commands/reel_session.h"
#include "trace_format/summary/summary.h"

namespace heapreel::commands {

struct ReelInfo {
  ReelSession session;
  reel::Summary summary;
  std::string content_id;  // hex
  bool complete = false;   // ended in good order, and nothing is missing
};

// Why a reel is not complete; empty if it is.
std::string cause_of(const ReelInfo& info);

std::string info_json(const ReelInfo& info);  // one line, schema heapreel.info/1
std::string info_text(const ReelInfo& info);  // some twenty lines of at most 80 columns

}  // namespace heapreel::commands
