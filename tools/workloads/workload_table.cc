// All workloads, and finding one by its name.
#include "tools/workloads/workload_table.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "tools/cli/nearest.h"

namespace heapreel::workloads {
namespace {

// What stands before the colon.
std::string_view stem(std::string_view name) { return name.substr(0, name.find(':')); }

std::string hint_for(std::string_view name) {
  std::vector<std::string_view> names;
  for (const WorkloadSpec* spec : workload_table()) names.push_back(spec->name);
  const std::string_view near = cli::nearest_name(stem(name), names);
  constexpr std::string_view kAll = "'heapreel generate --list' names them all";
  return near.empty() ? std::string(kAll) : fmt::format("did you mean '{}'? {}", near, kAll);
}

tl::unexpected<base::Error> bad_name(std::string_view name, std::string why, std::string hint) {
  return base::fail({.code = base::ErrorCode::kUsage,
                     .what = fmt::format("unknown workload '{}'", name),
                     .why = std::move(why),
                     .hint = std::move(hint)});
}

}  // namespace

std::span<const WorkloadSpec* const> workload_table() {
  static const std::array kTable{
      &web_server_spec(),   &kv_store_spec(),    &json_tree_spec(),  &small_spec(),         &medium_spec(),
      &large_spec(),        &mixed_spec(),       &churn_spec(),      &fragmentation_spec(), &producer_consumer_spec(),
      &thread_local_spec(), &shared_pool_spec(), &order_book_spec(), &market_data_spec(),   &documents_spec(),
      &long_running_spec(), &fleet_spec()};
  return kTable;
}

base::Result<const WorkloadSpec*> find_workload(std::string_view name) {
  const auto table = workload_table();
  const auto found =
      std::find_if(table.begin(), table.end(), [name](const WorkloadSpec* spec) { return spec->name == stem(name); });
  if (found == table.end()) return bad_name(name, "no workload has this name", hint_for(name));
  const bool has_argument = name.find(':') != std::string_view::npos && !name.ends_with(':');
  if ((*found)->argument.empty() && name != (*found)->name)
    return bad_name(name, fmt::format("{} takes nothing behind a colon", (*found)->name), "");
  if (!(*found)->argument.empty() && !has_argument)
    return bad_name(name, "its argument is missing", fmt::format("write {}:{}", (*found)->name, (*found)->argument));
  return *found;
}

uint64_t Setting::scaled(std::string_view name) const {
  return std::max<uint64_t>(1, static_cast<uint64_t>(parameters.number(name) * scale));
}

}  // namespace heapreel::workloads
