// make_streams FOLDER: writes the made-up programs of replay_streams.h as reels, for benchmarks written in Python.
#include <cstdio>

#include "tests/bench/replay_streams.h"

namespace {

bool write(const std::vector<heapreel::reel::Event>& events, const std::string& path) {
  const auto status = heapreel::bench::write_stream(events, path);
  if (!status) std::fprintf(stderr, "make_streams: %s: %s\n", status.error().what.c_str(), status.error().why.c_str());
  return status.has_value();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: make_streams FOLDER\n");
    return 2;
  }
  using namespace heapreel::bench;
  const std::string folder = argv[1];
  constexpr uint64_t kEvents = 4'000'000;
  const bool written = write(random_stream(kEvents), folder + "/random.reel") &&
                       write(alternating_stream(kEvents), folder + "/alternating.reel") &&
                       write(handing_stream(kEvents), folder + "/handing.reel") &&
                       write(decaying_stream(), folder + "/decaying.reel") &&
                       write(crowded_stream(kEvents / 4, 500), folder + "/crowded.reel");
  return written ? 0 : 1;
}
