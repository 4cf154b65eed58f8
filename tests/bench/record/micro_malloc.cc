// A program that does nothing but malloc and free, and says what that cost it: the micro rows of `./dev bench record`.
//
// Each thread keeps --live blocks of 16 to 1024 bytes and replaces a random one, so that every step is one free and one
// malloc. The clocks cover that loop alone, never start-up or exit. Memory is read while all threads are still alive.
// With one thread the loop runs in main, so that the process stays single-threaded, and its fast paths with it.
// --multithreaded starts and joins a thread first: glibc then takes its locks for good (2.36, __libc_single_threaded).
// --depth calls malloc that many frames below the start of the process, by one of 21 paths, frame pointers
// kept. Absent on purpose: realloc and blocks that wander between threads; order is tested, not measured, elsewhere.
#include <barrier>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <getopt.h>
#include <string>
#include <sys/single_threaded.h>
#include <thread>
#include <time.h>
#include <vector>

namespace {

constexpr int kFramesOfStart = 5;  // _start, __libc_start_main, __libc_start_call_main, main, allocate

struct Options {
  uint64_t events = 20'000'000;  // of all threads together
  uint64_t threads = 1;
  uint64_t live = 10'000;  // blocks of each thread
  uint64_t depth = 0;
  bool multithreaded = false;
  const char* json = nullptr;  // standard output if there is none
};

struct Work {
  uint64_t events = 0;
  uint64_t thread_cpu_ns = 0;
};

uint64_t clock_ns(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
}

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15 + 1) {}

  uint64_t next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return state_;
  }

  // A number below `bound`, without a division.
  uint64_t below(uint64_t bound) { return ((next() >> 32) * bound) >> 32; }

 private:
  uint64_t state_;
};

// The asm keeps the frames (without it the calls would be tail calls), and its text keeps the two functions apart.
[[gnu::noinline]] void* descend_left(size_t bytes, uint64_t frames, uint64_t path);

[[gnu::noinline]] void* descend_right(size_t bytes, uint64_t frames, uint64_t path) {
  void* block = frames <= 1 ? malloc(bytes) : descend_left(bytes, frames - 1, path >> 1);
  asm volatile("# after the right call" : "+r"(block));
  return block;
}

[[gnu::noinline]] void* descend_left(size_t bytes, uint64_t frames, uint64_t path) {
  const bool right = (path & 1) != 0;
  void* block = frames <= 1 ? malloc(bytes)
                : right     ? descend_right(bytes, frames - 1, path >> 1)
                            : descend_left(bytes, frames - 1, path >> 1);
  asm volatile("# after the left call" : "+r"(block));
  return block;
}

void* make_block(Random& random, uint64_t frames) {
  const size_t bytes = 16 + random.below(1024 - 16 + 1);
  void* block = frames == 0 ? malloc(bytes) : descend_left(bytes, frames, random.next() & 0x3f);
  if (block == nullptr) abort();
  memcpy(block, &bytes, sizeof bytes);
  return block;
}

[[gnu::noinline]] Work allocate(const Options& options, uint64_t seed) {
  const uint64_t events = options.events / options.threads;
  const uint64_t frames = options.depth > kFramesOfStart ? options.depth - kFramesOfStart : 0;
  Random random(seed);
  std::vector<void*> blocks(options.live);
  const uint64_t start_ns = clock_ns(CLOCK_THREAD_CPUTIME_ID);
  for (void*& block : blocks) block = make_block(random, frames);
  uint64_t done = options.live;
  for (; done + 2 <= events; done += 2) {
    void*& block = blocks[random.below(options.live)];
    free(block);
    block = make_block(random, frames);
  }
  return {done, clock_ns(CLOCK_THREAD_CPUTIME_ID) - start_ns};  // the blocks stay: memory is read next
}

// A line of /proc/self/status in KiB; 0 if there is none.
uint64_t status_kib(const char* field) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(field)) return strtoull(line.c_str() + strlen(field), nullptr, 10);
  }
  return 0;
}

struct Report {
  Work work;
  uint64_t wall_ns = 0;
  uint64_t process_cpu_ns = 0;
  bool single_threaded = false;
};

bool print_report(const Options& options, const Report& report) {
  FILE* out = options.json == nullptr ? stdout : fopen(options.json, "w");
  if (out == nullptr) return false;
  fprintf(out, "{\"events\":%lu,\"threads\":%lu,\"single_threaded\":%s,\"wall_ns\":%lu,", report.work.events,
          options.threads, report.single_threaded ? "true" : "false", report.wall_ns);
  fprintf(out, "\"thread_cpu_ns\":%lu,\"process_cpu_ns\":%lu,\"hwm_kib\":%lu,\"anon_kib\":%lu,\"shmem_kib\":%lu}\n",
          report.work.thread_cpu_ns, report.process_cpu_ns, status_kib("VmHWM:"), status_kib("RssAnon:"),
          status_kib("RssShmem:"));
  return fflush(out) == 0;
}

// Threads meet twice: before they start to allocate, and when all have ended; `report` runs between that and their
// exit.
void run_threads(const Options& options, Report* report) {
  std::vector<Work> works(options.threads);
  std::barrier<> meeting(static_cast<std::ptrdiff_t>(options.threads) + 1);
  std::vector<std::thread> threads;
  for (uint64_t i = 0; i < options.threads; ++i) {
    threads.emplace_back([&, i] {
      meeting.arrive_and_wait();
      works[i] = allocate(options, i + 1);
      meeting.arrive_and_wait();
      meeting.arrive_and_wait();
    });
  }
  report->single_threaded = __libc_single_threaded != 0;
  const uint64_t cpu_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
  const uint64_t start_ns = clock_ns(CLOCK_MONOTONIC);
  meeting.arrive_and_wait();
  meeting.arrive_and_wait();
  report->wall_ns = clock_ns(CLOCK_MONOTONIC) - start_ns;
  report->process_cpu_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu_ns;
  for (const Work& work : works) {
    report->work.events += work.events;
    report->work.thread_cpu_ns += work.thread_cpu_ns;
  }
  if (!print_report(options, *report)) abort();
  meeting.arrive_and_wait();
  for (std::thread& thread : threads) thread.join();
}

bool parse(int count, char** arguments, Options* options) {
  const option known[] = {{"events", required_argument, nullptr, 'e'},
                          {"threads", required_argument, nullptr, 't'},
                          {"live", required_argument, nullptr, 'l'},
                          {"depth", required_argument, nullptr, 'd'},
                          {"json", required_argument, nullptr, 'j'},
                          {"multithreaded", no_argument, nullptr, 'm'},
                          {nullptr, 0, nullptr, 0}};
  for (int flag = 0; (flag = getopt_long(count, arguments, "", known, nullptr)) != -1;) {
    if (flag == 'm') options->multithreaded = true;
    if (flag == 'j') options->json = optarg;
    if (flag == 'e') options->events = strtoull(optarg, nullptr, 10);
    if (flag == 't') options->threads = strtoull(optarg, nullptr, 10);
    if (flag == 'l') options->live = strtoull(optarg, nullptr, 10);
    if (flag == 'd') options->depth = strtoull(optarg, nullptr, 10);
    if (flag == '?') return false;
  }
  return optind == count && options->threads > 0 && options->live > 0 &&
         options->events / options->threads >= options->live;
}

}  // namespace

int main(int count, char** arguments) {
  Options options;
  if (!parse(count, arguments, &options)) {
    fputs(
        "usage: micro_malloc [--events N] [--threads N] [--live N] [--depth FRAMES] [--multithreaded] [--json FILE]\n",
        stderr);
    return 2;
  }
  if (options.multithreaded) std::thread([] {}).join();
  Report report;
  report.single_threaded = __libc_single_threaded != 0;
  if (options.threads > 1) {
    run_threads(options, &report);
    return 0;
  }
  const uint64_t cpu_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
  const uint64_t start_ns = clock_ns(CLOCK_MONOTONIC);
  report.work = allocate(options, 1);
  report.wall_ns = clock_ns(CLOCK_MONOTONIC) - start_ns;
  report.process_cpu_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu_ns;
  return print_report(options, report) ? 0 : 1;
}
