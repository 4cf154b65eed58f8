// `heapreel allocators`: what there is to replay against, each with its proof.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "replayer/lab/find_allocators.h"
#include "replayer/lab/identify.h"
#include "tools/cli/output.h"
#include "tools/cli/terminal.h"
#include "tools/commands/table.h"

namespace heapreel::commands {
namespace {

using lab::AllocatorResult;

// An allocator, or why it is not to be had.
struct Listed {
  std::string name;
  base::Result<AllocatorResult> found;
  bool works() const { return found && found->verified; }
};

base::Result<AllocatorResult> look_at(const std::string& named) {
  const auto choice = lab::find_allocator(named);
  return choice ? lab::identify(*choice) : base::fail(choice.error());
}

base::Result<AllocatorResult> look_at_built_in(const std::string& name) {
  const auto choice = lab::built_in(name);
  return choice ? lab::identify(*choice) : base::fail(choice.error());
}

std::vector<Listed> look_at_all() {
  std::vector<Listed> list;
  for (const lab::KnownAllocator& known : lab::known_allocators()) {
    const std::string name(known.name);
    list.push_back({.name = name, .found = look_at(name)});
  }
  for (const std::string name : {"null", "bump", "pool"}) {
    list.push_back({.name = name, .found = look_at_built_in(name)});
    // `null` hands out one block for all: nothing of it could be verified.
    if (name == "null" && list.back().found) list.back().found->verified = true, list.back().found->failure.clear();
  }
  return list;
}

nlohmann::ordered_json json_of(const Listed& listed) {
  if (!listed.found)
    return {{"name", listed.name},
            {"available", false},
            {"why", listed.found.error().why},
            {"hint", listed.found.error().hint}};
  const AllocatorResult& it = *listed.found;
  return {
      {"name", it.name},         {"available", it.verified}, {"version", it.version},           {"library", it.library},
      {"build_id", it.build_id}, {"link", it.link},          {"entry_points", it.entry_points}, {"proof", it.proof},
      {"why", it.failure}};
}

void print_one(const Listed& listed) {
  cli::Output& out = cli::standard_output();
  if (!listed.found) {
    out.print("{:<10}not available: {}\n{:<10}hint: {}\n", listed.name, listed.found.error().why, "",
              listed.found.error().hint);
    return;
  }
  const AllocatorResult& it = *listed.found;
  if (!it.verified) {
    out.print("{:<10}does not work: {}\n", it.name, it.failure);
    return;
  }
  out.print("{:<10}{}\n", it.name, it.link == "built-in" ? "built in: a reference, no candidate" : it.version);
  if (it.link == "built-in") return;
  out.print("{:<10}{}, {}\n", "", it.library, it.link);
  out.print("{:<10}{} entry points lead there{}\n", "", it.entry_points,
            it.build_id.empty() ? "" : ", build-id " + it.build_id.substr(0, 16));
}

}  // namespace

base::Result<int> run_allocators(const cli::Arguments& arguments) {
  const auto named = arguments.positionals("ALLOCATOR");
  std::vector<Listed> list;
  for (const std::string& name : named) {
    list.push_back({.name = name, .found = look_at(name)});
    if (!list.back().found) return base::fail(list.back().found.error());
  }
  if (named.empty()) list = look_at_all();
  if (arguments.has("json")) {
    nlohmann::ordered_json rows = nlohmann::ordered_json::array();
    for (const Listed& listed : list) rows.push_back(json_of(listed));
    const nlohmann::ordered_json json = {{"schema", "heapreel.allocators/1"}, {"allocators", rows}};
    cli::standard_output().write(json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n");
  } else {
    for (const Listed& listed : list) print_one(listed);
  }
  bool all_work = true;
  for (const Listed& listed : list) all_work &= !listed.found || listed.works();
  return all_work ? cli::kExitOk : cli::kExitFailed;
}

}  // namespace heapreel::commands
