// `heapreel check`: the body comes with the reel reader and writer; until then it says so.
#include "tools/commands/table.h"

namespace heapreel::commands {

base::Result<int> run_check(const cli::Arguments& /*arguments*/) {
  return base::fail({.code = base::ErrorCode::kUnsupported,
                     .what = "cannot run 'heapreel check'",
                     .why = "this build has no reel reader",
                     .hint = {}});
}

}  // namespace heapreel::commands
