// The writing half of workload_json.h: lists side by side rather than rows, which are a third of the size.
#include "replayer/lab/workload_json.h"

namespace heapreel::lab {
namespace {

template <class Row>
Json column(const std::vector<Row>& rows, uint64_t Row::*field) {
  Json list = Json::array();
  for (const Row& row : rows) list.push_back(row.*field);
  return list;
}

Json sizes_json(const std::vector<reel::SizeBin>& bins) {
  using reel::SizeBin;
  return {{"max_bytes", column(bins, &SizeBin::max_bytes)},
          {"births", column(bins, &SizeBin::births)},
          {"bytes", column(bins, &SizeBin::bytes)},
          {"remote_frees", column(bins, &SizeBin::remote_frees)}};
}

Json lifetimes_json(const reel::Portrait& portrait) {
  using reel::LifetimeBin;
  return {{"max_ns", column(portrait.lifetimes, &LifetimeBin::max_ns)},
          {"objects", column(portrait.lifetimes, &LifetimeBin::objects)},
          {"bytes", column(portrait.lifetimes, &LifetimeBin::bytes)},
          {"never_freed_objects", portrait.never_freed.objects},
          {"never_freed_bytes", portrait.never_freed.bytes}};
}

Json grid_json(const reel::SizeByLifetime& grid) {
  Json lifetimes = grid.lifetime_max_ns;
  lifetimes.push_back(nullptr);
  return {
      {"size_max_bytes", grid.size_max_bytes}, {"lifetime_max_ns", std::move(lifetimes)}, {"objects", grid.objects}};
}

Json serial_json(const reel::ThreadPortrait& thread) { return thread.thread ? Json(*thread.thread) : Json(nullptr); }

Json threads_json(const std::vector<reel::ThreadPortrait>& threads) {
  Json list = Json::array();
  for (const reel::ThreadPortrait& thread : threads) {
    Json json = {{"thread", serial_json(thread)}};
    if (!thread.thread) json["threads"] = thread.threads;
    if (!thread.name.empty()) json["name"] = thread.name;
    json["births"] = thread.births;
    json["frees"] = thread.frees;
    json["bytes"] = thread.bytes;
    json["remote_frees"] = thread.remote_frees;
    json["first_ns"] = thread.first_ns;
    json["last_ns"] = thread.last_ns;
    json["calls"] = thread.calls;
    list.push_back(std::move(json));
  }
  return list;
}

Json frees_json(const reel::Portrait& portrait) {
  Json threads = Json::array();
  for (const reel::ThreadPortrait& thread : portrait.threads) threads.push_back(serial_json(thread));
  return {{"threads", std::move(threads)}, {"objects", portrait.frees_by_thread}};
}

Json reallocs_json(const reel::ReallocPortrait& reallocs) {
  Json chains = Json::array();
  for (const reel::ReallocChains& chain : reallocs.chains)
    chains.push_back({{"length_max", chain.length_max},
                      {"objects", chain.objects},
                      {"bytes_could_copy", chain.bytes_could_copy},
                      {"final_bytes", chain.final_bytes}});
  return {{"calls", reallocs.calls},
          {"grow", reallocs.grow},
          {"shrink", reallocs.shrink},
          {"same", reallocs.same},
          {"moved", reallocs.moved},
          {"chain_length_max", reallocs.chain_length_max},
          {"bytes_could_copy", reallocs.bytes_could_copy},
          {"chains", std::move(chains)}};
}

}  // namespace

Json workload_json(const reel::Portrait& portrait) {
  return {{"duration_ns", portrait.duration_ns},
          {"sizes", sizes_json(portrait.sizes)},
          {"lifetimes", lifetimes_json(portrait)},
          {"size_by_lifetime", grid_json(portrait.size_by_lifetime)},
          {"threads", threads_json(portrait.threads)},
          {"rate_bin_ns", portrait.rate_bin_ns},
          {"rate_bins", portrait.rate_bins},
          {"never_freed",
           {{"objects_by_birth", portrait.never_freed.objects_by_birth},
            {"bytes_by_birth", portrait.never_freed.bytes_by_birth}}},
          {"frees_by_thread", frees_json(portrait)},
          {"reallocs", reallocs_json(portrait.reallocs)},
          {"calls", portrait.calls}};
}

}  // namespace heapreel::lab
