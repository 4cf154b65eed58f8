// Every command of the binary. To add one: a spec and a body here, a line in table.cc and in CMakeLists.txt.
#pragma once

#include "tools/cli/arguments.h"
#include "tools/cli/command_table.h"

namespace heapreel::commands {

const cli::CommandTable& table();

// The specs: what a command takes (NAME_spec.cc).
const cli::CommandSpec& info_spec();
const cli::CommandSpec& dump_spec();
const cli::CommandSpec& check_spec();
const cli::CommandSpec& compare_spec();
const cli::CommandSpec& export_spec();
const cli::CommandSpec& generate_spec();
const cli::CommandSpec& import_spec();
const cli::CommandSpec& pack_spec();
const cli::CommandSpec& predict_spec();
const cli::CommandSpec& record_spec();
const cli::CommandSpec& replay_spec();
const cli::CommandSpec& tune_spec();
const cli::CommandSpec& report_spec();
const cli::CommandSpec& try_spec();
const cli::CommandSpec& allocators_spec();
const cli::CommandSpec& doctor_spec();
const cli::CommandSpec& collect_spec();
const cli::CommandSpec& ctl_spec();
const cli::CommandSpec& man_spec();
const cli::CommandSpec& completions_spec();

// The bodies: what it does (NAME.cc). The value is the exit status.
base::Result<int> run_info(const cli::Arguments& arguments);
base::Result<int> run_dump(const cli::Arguments& arguments);
base::Result<int> run_check(const cli::Arguments& arguments);
base::Result<int> run_compare(const cli::Arguments& arguments);
base::Result<int> run_export(const cli::Arguments& arguments);
base::Result<int> run_generate(const cli::Arguments& arguments);
base::Result<int> run_import(const cli::Arguments& arguments);
base::Result<int> run_pack(const cli::Arguments& arguments);
base::Result<int> run_predict(const cli::Arguments& arguments);
base::Result<int> run_record(const cli::Arguments& arguments);
base::Result<int> run_replay(const cli::Arguments& arguments);
base::Result<int> run_tune(const cli::Arguments& arguments);
base::Result<int> run_report(const cli::Arguments& arguments);
base::Result<int> run_try(const cli::Arguments& arguments);
base::Result<int> run_allocators(const cli::Arguments& arguments);
base::Result<int> run_doctor(const cli::Arguments& arguments);
base::Result<int> run_collect(const cli::Arguments& arguments);
base::Result<int> run_ctl(const cli::Arguments& arguments);
base::Result<int> run_man(const cli::Arguments& arguments);
base::Result<int> run_completions(const cli::Arguments& arguments);

}  // namespace heapreel::commands
