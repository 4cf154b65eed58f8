// What a call stack costs per allocation: walk, hash and cache, at the depths of the budget in
// recorder/stacks/capture.h.
//
// `none` is the same call without a stack: subtract it. Compiled with frame pointers; the depth counts all frames the
// unwinder sees from the call on. Times are CPU time.
#include <benchmark/benchmark.h>
#include <cstdio>
#include <memory>
#include <sys/mman.h>
#include <sys/resource.h>
#include <thread>
#include <vector>

#include "recorder/stacks/capture.h"

namespace heapreel::stacks {
namespace {

enum class How { kNone, kBounds, kFramePointers, kUnwinder, kFramePointersCold };

Unwinder unwinder;

uint64_t cache_memory[kCacheEntries];
ThreadStacks thread_stacks;

// In the place of malloc.
template <How how>
[[gnu::noinline]] Captured hook() {
  const Frame* const frame = this_frame();
  if constexpr (how == How::kBounds)
    return {static_cast<uint32_t>(readable_end(thread_stacks.bounds, address_of(frame))), 0, nullptr};
  if constexpr (how == How::kFramePointers) return capture_by_frame_pointers(thread_stacks, frame, kDepthMax);
  if constexpr (how == How::kUnwinder) return capture_by_unwinder(thread_stacks, unwinder, frame, kDepthMax);
  if constexpr (how == How::kFramePointersCold) {
    const Captured captured = capture_by_frame_pointers(thread_stacks, frame, kDepthMax);
    thread_stacks.cache.forget(captured.number);
    return captured;
  }
  return {static_cast<uint32_t>(frame->return_address), 0, nullptr};
}

template <How how>
[[gnu::noinline]] void measure(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(hook<how>());
}

template <How how>
[[gnu::noinline]] void descend(benchmark::State& state, int64_t frames) {  // NOLINT(misc-no-recursion)
  if (frames <= 0)
    measure<how>(state);
  else
    descend<how>(state, frames - 1);
  asm volatile("" ::: "memory");
}

// How deep a stack is here, without any descend().
[[gnu::noinline]] uint32_t depth_here() {
  uint64_t frames[kDepthMax + Unwinder::kOwnFramesMax];
  return unwinder.unwind(this_frame()->return_address, kDepthMax, frames).depth;
}

template <How how>
void bench(benchmark::State& state) {
  thread_stacks = {};
  std::fill(std::begin(cache_memory), std::end(cache_memory), 0);
  thread_stacks.cache = StackCache(cache_memory, kCacheEntries);
  descend<how>(state, state.range(0) - depth_here() - 2);  // measure() and one descend() count, too
}

BENCHMARK(bench<How::kNone>)->Name("none")->Arg(10)->Arg(25);
BENCHMARK(bench<How::kBounds>)->Name("bounds")->Arg(10);
BENCHMARK(bench<How::kFramePointers>)->Name("frame_pointers")->Arg(10)->Arg(25)->Arg(50);
BENCHMARK(bench<How::kUnwinder>)->Name("libunwind")->Arg(10)->Arg(25)->Arg(50);
BENCHMARK(bench<How::kFramePointersCold>)->Name("frame_pointers_new_stack")->Arg(10)->Arg(25);

void bench_sample_clock(benchmark::State& state) {
  SampleClock clock(512 << 10, 1);
  for (auto _ : state) benchmark::DoNotOptimize(clock.take(64));
}
BENCHMARK(bench_sample_clock)->Name("sample_clock");

uint64_t resident_bytes() {
  unsigned long long size = 0;
  unsigned long long resident = 0;
  const std::unique_ptr<FILE, int (*)(FILE*)> file(fopen("/proc/self/statm", "r"), fclose);
  if (file == nullptr || fscanf(file.get(), "%llu %llu", &size, &resident) != 2) return 0;
  return resident * 4096;
}

// What libunwind keeps for one thread more; in bytes, as counter `bytes_a_thread`.
void bench_unwinder_memory(benchmark::State& state) {
  constexpr int kThreads = 32;
  uint64_t grown = 0;
  for (auto _ : state) {
    const uint64_t before = resident_bytes();
    uint64_t with_threads = 0;
    std::vector<uint64_t> frames(kDepthMax + Unwinder::kOwnFramesMax);
    std::vector<std::thread> alive;
    const auto one_deeper = [&](auto& self, int left) -> void {  // NOLINT(misc-no-recursion)
      if (left == 0) {
        with_threads = resident_bytes();
        return;
      }
      std::thread([&] {
        benchmark::DoNotOptimize(unwinder.unwind(1, kDepthMax, frames.data()));
        self(self, left - 1);
      }).join();
    };
    one_deeper(one_deeper, kThreads);
    grown = with_threads - before;
  }
  state.counters["bytes_a_thread"] = static_cast<double>(grown) / kThreads;
}
BENCHMARK(bench_unwinder_memory)->Name("libunwind_memory")->Iterations(1);

}  // namespace
}  // namespace heapreel::stacks

int main(int argc, char** argv) {
  heapreel::stacks::learn_main_thread();
  if (!heapreel::stacks::unwinder.load()) {
    std::fputs("bench_stacks: error: libunwind.so.8 is missing\nhint: install libunwind8\n", stderr);
    return 1;
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
