// print_portrait FILE.reel: the workload's portrait as results.json would hold it.
#include <cstdio>
#include <nlohmann/json.hpp>

#include "replayer/lab/workload_json.h"
#include "trace_format/summary/portray.h"

namespace heapreel {
namespace {

base::Status print(const char* path) {
  const auto file = reel::ReelFile::open(path);
  if (!file) return base::fail(file.error());
  const auto metadata = reel::read_metadata(*file);
  if (!metadata) return base::fail(metadata.error());
  base::WorkerPool pool(2);
  const auto portrait = reel::portray(*file, *metadata, pool);
  if (!portrait) return base::fail(portrait.error());
  std::puts(lab::workload_json(*portrait).dump().c_str());
  return {};
}

}  // namespace
}  // namespace heapreel

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const auto printed = heapreel::print(argv[1]);
  if (!printed) std::fprintf(stderr, "%s\n", printed.error().why.c_str());
  return printed ? 0 : 1;
}
