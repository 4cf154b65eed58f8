// The order here is the order of the help: first what reads a reel, then what makes one.
#include "tools/commands/table.h"

namespace heapreel::commands {

const cli::CommandTable& table() {
  static const cli::CommandTable commands({&info_spec(),     &dump_spec(),   &check_spec(),       &export_spec(),
                                           &record_spec(),   &ctl_spec(),    &pack_spec(),        &import_spec(),
                                           &generate_spec(), &try_spec(),    &replay_spec(),      &predict_spec(),
                                           &tune_spec(),     &report_spec(), &compare_spec(),     &allocators_spec(),
                                           &doctor_spec(),   &man_spec(),    &completions_spec(), &collect_spec()});
  return commands;
}

}  // namespace heapreel::commands
