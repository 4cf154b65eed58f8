// `./dev bench observe`: what the collector pays per event to know where malloc's memory is, and per look at a process.
//
// Budget: 2 ns for the birth or death of a small block; a reading of RssAnon is the only look that is made every 4 ms.
#include <benchmark/benchmark.h>
#include <cstring>
#include <random>
#include <sys/mman.h>
#include <unistd.h>

#include "recorder/observe/malloc_map.h"
#include "recorder/observe/process_files.h"
#include "recorder/observe/residency.h"
#include "recorder/observe/smaps_walk.h"

namespace heapreel::observe {
namespace {

constexpr size_t kAddresses = size_t{1} << 14;

// Addresses of small blocks all over a heap of `heap_bytes`.
std::vector<uint64_t> addresses(uint64_t heap_bytes) {
  std::mt19937_64 random(1);
  std::vector<uint64_t> list(kAddresses);
  for (uint64_t& address : list) address = 0x5555'0000'0000 + random() % heap_bytes / 16 * 16;
  return list;
}

// What the loop itself takes: to be taken off the two below.
void loop_alone(benchmark::State& state) {
  const auto list = addresses(uint64_t{16} << 20);
  size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(list[++i % kAddresses]);
}
BENCHMARK(loop_alone);

void small_births(benchmark::State& state) {
  MallocMap map;
  const auto list = addresses(static_cast<uint64_t>(state.range(0)) << 20);
  size_t i = 0;
  for (auto _ : state) map.born(list[++i % kAddresses], 64, 1);
}
BENCHMARK(small_births)->Arg(16)->Arg(1024)->Arg(65536)->ArgName("heap_MiB");

void small_deaths(benchmark::State& state) {
  MallocMap map;
  for (uint64_t i = 0; i < static_cast<uint64_t>(state.range(0)); ++i)
    map.born(0x7f00'0000'0010 + i * 1'000'000 / 4096 * 4096, 100'000, 1);
  const auto list = addresses(uint64_t{1} << 30);
  size_t i = 0;
  for (auto _ : state) map.gone(list[++i % kAddresses], 2);
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
  void* block = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (state.range(1) != 0) std::memset(block, 1, bytes);
  const auto files = ProcessFiles::open(getpid());
  const uint64_t first = reinterpret_cast<uint64_t>(block) / page_bytes();
  for (auto _ : state) benchmark::DoNotOptimize(touched_pages(*files, first, first + bytes / page_bytes(), [] {}));
  munmap(block, bytes);
}
BENCHMARK(pages_of_a_block)->Args({1, 1})->Args({64, 1})->Args({64, 0})->ArgNames({"MiB", "touched"});

}  // namespace
}  // namespace heapreel::observe

BENCHMARK_MAIN();
