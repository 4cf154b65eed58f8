// Loading and making up recordings.
#include "tests/bench/recordings.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <deque>
#include <filesystem>
#include <random>

#include "tools/importers/mlogcol.h"

namespace heapreel::bench {
namespace {

constexpr uint64_t kCorpusTicksPerSecond = 2'596'138'000;

Recording load(const std::filesystem::path& path, uint64_t events_max) {
  Recording recording{
      .name = path.filename().string(), .events = {}, .ticks_per_second = kCorpusTicksPerSecond, .real = true};
  recording.name.resize(recording.name.find('.'));
  auto reader = importers::MlogcolReader::open(path.string());
  if (!reader) {
    std::fprintf(stderr, "%s: %s\n", reader.error().what.c_str(), reader.error().why.c_str());
    std::exit(1);
  }
  reel::Event event;
  recording.events.reserve(std::min(events_max, reader->events()));
  while (recording.events.size() < events_max && reader->next(event)) recording.events.push_back(event);
  return recording;
}

}  // namespace

Recording made_up_recording(uint64_t events) {
  Recording recording{.name = "made-up", .events = {}, .ticks_per_second = 1'000'000'000};
  constexpr std::array<uint64_t, 8> kSizes = {16, 24, 32, 48, 64, 120, 512, 4096};
  std::mt19937_64 random(1);
  std::deque<uint64_t> live;
  std::vector<uint64_t> spare;
  uint64_t fresh = 0x10000;
  uint64_t now = 0;
  while (recording.events.size() < events) {
    reel::Event event;
    event.time = now += 50 + random() % 400;
    event.thread = static_cast<uint32_t>(random() % 8 == 0 ? 1 + random() % 2 : 0);
    if (live.size() < 1000 || random() % 2 == 0) {
      event.op = reel::Op::kMalloc;
      event.size = kSizes[random() % kSizes.size()];
      event.object = spare.empty() ? (fresh += 4112) : spare.back();
      if (!spare.empty()) spare.pop_back();
      live.push_back(event.object);
    } else {
      const bool newest = random() % 4 != 0;
      event.op = reel::Op::kFree;
      event.object = newest ? live.back() : live.front();
      newest ? live.pop_back() : live.pop_front();
      spare.push_back(event.object);
    }
    recording.events.push_back(event);
  }
  return recording;
}

std::vector<Recording> load_recordings(uint64_t events_max) {
  std::vector<std::filesystem::path> paths;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(HEAPREEL_CORPUS_DIR "/recorded", ignored))
    if (entry.path().extension() == ".zst") paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  std::vector<Recording> recordings;
  for (const auto& path : paths) recordings.push_back(load(path, events_max));
  if (recordings.empty()) recordings.push_back(made_up_recording(std::min<uint64_t>(events_max, 2'000'000)));
  return recordings;
}

}  // namespace heapreel::bench
