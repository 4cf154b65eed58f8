// The reading half of workload_json.h, a field at a time.
#include <fmt/format.h>

#include "replayer/lab/workload_json.h"

namespace heapreel::lab {
namespace {

using Field = JsonReading::Field;
using Numbers = std::vector<uint64_t>;

Numbers numbers(const Field& field) {
  Numbers numbers;
  for (const Field& number : field.items()) numbers.push_back(number.count());
  return numbers;
}

// A list that goes with another one.
Numbers numbers(const Field& field, size_t size) {
  Numbers list = numbers(field);
  if (list.size() != size) field.fault(fmt::format("has {} entries, not {}", list.size(), size));
  list.resize(size);
  return list;
}

std::vector<Numbers> grid(const Field& field, size_t rows, size_t columns) {
  std::vector<Numbers> grid;
  for (const Field& row : field.items()) grid.push_back(numbers(row, columns));
  if (grid.size() != rows) field.fault(fmt::format("has {} rows, not {}", grid.size(), rows));
  return grid;
}

std::vector<reel::SizeBin> read_sizes(const Field& field) {
  const Numbers max = numbers(field["max_bytes"]);
  const Numbers births = numbers(field["births"], max.size());
  const Numbers bytes = numbers(field["bytes"], max.size());
  const Numbers remote_frees = numbers(field["remote_frees"], max.size());
  std::vector<reel::SizeBin> bins;
  for (size_t i = 0; i < max.size(); ++i) bins.push_back({max[i], births[i], bytes[i], remote_frees[i]});
  return bins;
}

std::vector<reel::LifetimeBin> read_lifetimes(const Field& field) {
  const Numbers max = numbers(field["max_ns"]);
  const Numbers objects = numbers(field["objects"], max.size());
  const Numbers bytes = numbers(field["bytes"], max.size());
  std::vector<reel::LifetimeBin> bins;
  for (size_t i = 0; i < max.size(); ++i) bins.push_back({max[i], objects[i], bytes[i]});
  return bins;
}

reel::SizeByLifetime read_grid(const Field& field) {
  reel::SizeByLifetime told{.size_max_bytes = numbers(field["size_max_bytes"])};
  std::vector<Field> lifetimes = field["lifetime_max_ns"].items();
  if (lifetimes.empty() || lifetimes.back().there())
    field["lifetime_max_ns"].fault("does not end with null, for what was never freed");
  if (!lifetimes.empty()) lifetimes.pop_back();
  for (const Field& lifetime : lifetimes) told.lifetime_max_ns.push_back(lifetime.count());
  told.objects = grid(field["objects"], told.size_max_bytes.size(), told.lifetime_max_ns.size() + 1);
  return told;
}

reel::ThreadPortrait read_thread(const Field& field, size_t rate_bins) {
  reel::ThreadPortrait thread;
  const Field serial = field["thread"];
  if (serial.there())
    thread.thread = static_cast<uint32_t>(serial.count());
  else
    thread.threads = field["threads"].count();
  if (const Field name = field.at("name", false); name.there()) thread.name = name.text();
  thread.births = field["births"].count();
  thread.frees = field["frees"].count();
  thread.bytes = field["bytes"].count();
  thread.remote_frees = field["remote_frees"].count();
  thread.first_ns = field["first_ns"].count();
  thread.last_ns = field["last_ns"].count();
  thread.calls = numbers(field["calls"], rate_bins);
  return thread;
}

reel::ReallocPortrait read_reallocs(const Field& field) {
  reel::ReallocPortrait reallocs{.calls = field["calls"].count(),
                                 .grow = field["grow"].count(),
                                 .shrink = field["shrink"].count(),
                                 .same = field["same"].count(),
                                 .moved = field["moved"].count(),
                                 .bytes_could_copy = field["bytes_could_copy"].count(),
                                 .chain_length_max = field["chain_length_max"].count()};
  for (const Field& chain : field["chains"].items())
    reallocs.chains.push_back({chain["length_max"].count(), chain["objects"].count(), chain["bytes_could_copy"].count(),
                               chain["final_bytes"].count()});
  return reallocs;
}

}  // namespace

reel::Portrait read_workload(const Field& field) {
  constexpr uint64_t kRateBinsMax = reel::kPortraitRateBins;
  reel::Portrait portrait{.duration_ns = field["duration_ns"].count(),
                          .sizes = read_sizes(field["sizes"]),
                          .lifetimes = read_lifetimes(field["lifetimes"]),
                          .size_by_lifetime = read_grid(field["size_by_lifetime"]),
                          .rate_bin_ns = field["rate_bin_ns"].count(),
                          .rate_bins = field["rate_bins"].count()};
  if (portrait.rate_bins > kRateBinsMax) field["rate_bins"].fault(fmt::format("is more than {}", kRateBinsMax));
  portrait.rate_bins = std::min(portrait.rate_bins, kRateBinsMax);
  for (const Field& thread : field["threads"].items())
    portrait.threads.push_back(read_thread(thread, portrait.rate_bins));
  const Field lifetimes = field["lifetimes"];
  const Field never_freed = field["never_freed"];
  portrait.never_freed = {.objects = lifetimes["never_freed_objects"].count(),
                          .bytes = lifetimes["never_freed_bytes"].count(),
                          .objects_by_birth = numbers(never_freed["objects_by_birth"], portrait.rate_bins),
                          .bytes_by_birth = numbers(never_freed["bytes_by_birth"], portrait.rate_bins)};
  portrait.frees_by_thread =
      grid(field["frees_by_thread"]["objects"], portrait.threads.size(), portrait.threads.size());
  portrait.reallocs = read_reallocs(field["reallocs"]);
  for (const auto& [name, calls] : field["calls"].members()) portrait.calls[name] = calls.count();
  return portrait;
}

}  // namespace heapreel::lab
