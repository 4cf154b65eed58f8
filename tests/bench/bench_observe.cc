// `./dev bench observe`: what the collector pays per event to know where malloc's memory is, and per look at a process.
//
// Budget: 2 ns for the birth or death of a small block; a reading of RssAnon is the only look that is made every 4 ms.
#include <benchmark/benchmark.h>
#include <random>
#include <unistd.h>

#include "recorder/observe/malloc_map.h"
#include "recorder/observe/process_files.h"
#include "recorder/observe/residency.h"
#include "recorder/observe/smaps_walk.h"

namespace heapreel::observe {
namespace {

// Addresses of small blocks all over a heap of `heap_bytes`.
std::vector<uint64_t> addresses(uint64_t heap_bytes) {
  std::mt19937_64 random(1);
  std::vector<uint64_t> list(1 << 14);
  for (uint64_t& address : list) address = 0x5555'0000'0000 + random() % heap_bytes / 16 * 16;
  return list;
}

void small_births(benchmark::State& state) {
  MallocMap map;
  const auto list = addresses(static_cast<uint64_t>(state.range(0)) << 20);
  size_t i = 0;
  for (auto _ : state) map.born(list[++i % list.size()], 64, 1);
}
BENCHMARK(small_births)->Arg(16)->Arg(1024)->Arg(65536)->ArgName("heap_MiB");

void small_deaths(benchmark::State& state) {
  MallocMap map;
  for (uint64_t i = 0; i < static_cast<uint64_t>(state.range(0)); ++i)
    map.born(0x7f00'0000'0010 + i * 1'000'000 / 4096 * 4096, 100'000, 1);
  const auto list = addresses(uint64_t{1} << 30);
  size_t i = 0;
  for (auto _ : state) map.gone(list[++i % list.size()], 2);
}
BENCHMARK(small_deaths)->Arg(0)->Arg(100)->Arg(10'000)->ArgName("large_blocks");

void a_large_life(benchmark::State& state) {
  MallocMap map;
  uint64_t time = 0;
  for (auto _ : state) {
    map.born(0x7f00'0000'0010, 200'000, ++time);
    map.gone(0x7f00'0000'0010, ++time);
  }
}
BENCHMARK(a_large_life);

void read_memory(benchmark::State& state) {
  const auto files = ProcessFiles::open(getpid());
  for (auto _ : state) benchmark::DoNotOptimize(files->memory());
}
BENCHMARK(read_memory);

void read_cpu_and_status(benchmark::State& state) {
  const auto files = ProcessFiles::open(getpid());
  for (auto _ : state) {
    benchmark::DoNotOptimize(files->cpu());
    benchmark::DoNotOptimize(files->status());
    benchmark::DoNotOptimize(files->same_image());
  }
}
BENCHMARK(read_cpu_and_status);

void walk_smaps(benchmark::State& state) {
  const auto files = ProcessFiles::open(getpid());
  MallocMap map;
  SmapsWalk walk(map);
  for (auto _ : state) benchmark::DoNotOptimize(walk.walk(*files, [] {}));
}
BENCHMARK(walk_smaps);

void pages_of_a_block(benchmark::State& state) {
  const auto bytes = static_cast<size_t>(state.range(0)) << 20;
  const std::vector<char> block(bytes, 1);
  const auto files = ProcessFiles::open(getpid());
  const auto address = reinterpret_cast<uint64_t>(block.data());
  for (auto _ : state) benchmark::DoNotOptimize(touched_pages(*files, address, bytes, [] {}));
}
BENCHMARK(pages_of_a_block)->Arg(1)->Arg(64)->ArgName("MiB");

}  // namespace
}  // namespace heapreel::observe

BENCHMARK_MAIN();
