// `heapreel import`: the body comes with the reel reader and writer; until then it says so.
#include "tools/commands/table.h"

namespace heapreel::commands {

base::Result<int> run_import(const cli::Arguments& /*arguments*/) {
  return base::fail({.code = base::ErrorCode::kUnsupported,
                     .what = "cannot run 'heapreel import'",
                     .why = "this build has no reel reader",
                     .hint = {}});
}

}  // namespace heapreel::commands
