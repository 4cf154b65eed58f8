// `./dev bench plan`: what planning costs, against its targets. Prints a table and writes JSON.
//
// Each plan is made by a fresh process without workers, so that its processor time is all of the work, decoding
// included, and its greatest resident size is the planner's own. Medians over rounds that go through all recordings in
// turn.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "replayer/plan/plan_file.h"
#include "replayer/plan/planner.h"
#include "tests/bench/format_measures.h"
#include "trace_format/pack/pack.h"

namespace heapreel::bench {
namespace {

constexpr double kMiB = 1 << 20;

struct Options {
  std::string out;
  std::string folder;  // for reels and plans; empty: a temporary one
  uint64_t events = 6'000'000;
  int rounds = 5;
};

// What one planning cost and gave.
struct Planning {
  double cpu_ns_per_event = 0;
  double wall_ns_per_event = 0;
  double resident_mib = 0;
  double bytes_per_op = 0;
  uint64_t live_objects_peak = 0;
};

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

double now() {
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

// The fresh process: `bench_plan --plan REEL OUTPUT`.
int plan_and_exit(const std::string& reel, const std::string& output) {
  const auto file = reel::ReelFile::open(reel);
  const auto metadata =
      file ? reel::read_metadata(*file) : base::Result<reel::ReelMetadata>(tl::unexpected(file.error()));
  if (!metadata) return 1;
  base::WorkerPool pool(0);
  return plan::make_plan(*file, *metadata, pool, {}, output) ? 0 : 1;
}

Planning plan_in_child(const std::string& reel, const std::string& output) {
  const double begun = now();
  const pid_t child = ::fork();
  if (child == 0) {
    ::execl("/proc/self/exe", "bench_plan", "--plan", reel.c_str(), output.c_str(), nullptr);
    ::_exit(127);
  }
  int status = 0;
  rusage usage{};
  ::wait4(child, &status, 0, &usage);
  const double wall = now() - begun;
  const auto plan = plan::PlanFile::open(output);
  if (status != 0 || !plan) {
    fmt::print(stderr, "planning {} failed\n", reel);
    std::exit(1);
  }
  const auto events = static_cast<double>(plan->header().events);
  return {.cpu_ns_per_event = (seconds(usage.ru_utime) + seconds(usage.ru_stime)) * 1e9 / events,
          .wall_ns_per_event = wall * 1e9 / events,
          .resident_mib = static_cast<double>(usage.ru_maxrss) * 1024 / kMiB,
          .bytes_per_op = static_cast<double>(plan->header().file_bytes) / static_cast<double>(plan->header().ops),
          .live_objects_peak = plan->header().live_peak_objects};
}

double median(std::vector<Planning> samples, double Planning::*what) {
  std::sort(samples.begin(), samples.end(), [&](const Planning& a, const Planning& b) { return a.*what < b.*what; });
  return samples[samples.size() / 2].*what;
}

class PlanBench {
 public:
  explicit PlanBench(Options options)
      : options_(std::move(options)),
        folder_(options_.folder.empty()
                    ? std::filesystem::temp_directory_path() / fmt::format("heapreel-bench-{}", ::getpid())
                    : std::filesystem::path(options_.folder)) {
    std::filesystem::create_directories(folder_);
  }
  ~PlanBench() {
    if (options_.folder.empty()) std::filesystem::remove_all(folder_);
  }

  void run() {
    make_reels();
    for (int round = 0; round < options_.rounds; ++round)
      for (const std::string& name : names_) samples_[name].push_back(plan_in_child(file(name), file("out.plan")));
    report();
  }

 private:
  std::string file(const std::string& name) const { return (folder_ / name).string(); }

  void make_reels() {
    for (const Recording& recording : load_recordings(options_.events)) {
      real_ = real_ || recording.real;
      names_.push_back(recording.name + ".capture");
      write_capture(recording, file(names_.back()));
      const std::string packed = recording.name + ".packed";
      pack_capture(file(names_.back()), file(packed), {});
      names_.push_back(packed);
    }
  }

  void report() {
    fmt::print("{:<20} {:>9} {:>9} {:>9} {:>10} {:>12} {:>14}\n", "reel", "cpu ns/ev", "wall", "bytes/op", "RSS, MiB",
               "live objects", "beyond budget");
    double worst_ns = 0;
    double worst_mib = -1e9;
    for (const std::string& name : names_) {
      const auto& samples = samples_[name];
      const double cpu = median(samples, &Planning::cpu_ns_per_event);
      const double resident = median(samples, &Planning::resident_mib);
      const double budget = 64 + 64 * static_cast<double>(samples.front().live_objects_peak) / kMiB;
      fmt::print("{:<20} {:>9.1f} {:>9.1f} {:>9.2f} {:>10.1f} {:>12} {:>10.1f} MiB\n", name, cpu,
                 median(samples, &Planning::wall_ns_per_event), samples.front().bytes_per_op, resident,
                 samples.front().live_objects_peak, resident - budget);
      worst_ns = std::max(worst_ns, cpu);
      worst_mib = std::max(worst_mib, resident - budget);
      json_["reels"][name] = {
          {"cpu_ns_per_event", cpu}, {"resident_mib", resident}, {"bytes_per_op", samples.front().bytes_per_op}};
    }
    judge("planning, worst reel, cpu ns/event", worst_ns, 80);
    judge("resident beyond 64 MiB + 64 B a live object, MiB", worst_mib, 0);
    if (!options_.out.empty()) std::ofstream(options_.out) << json_.dump(2) << '\n';
  }

  void judge(const std::string& what, double value, double target) {
    const std::string verdict = !real_ ? "not judged" : value <= target ? "met" : "MISSED";
    fmt::print("{:<52} {:>9.1f} target <= {:<5} {}\n", what, value, target, verdict);
    json_["targets"].push_back({{"what", what}, {"value", value}, {"target", target}, {"verdict", verdict}});
  }

  Options options_;
  std::filesystem::path folder_;
  std::vector<std::string> names_;
  std::map<std::string, std::vector<Planning>> samples_;
  bool real_ = false;
  nlohmann::ordered_json json_ = {{"schema", "heapreel.bench.plan/1"}};
};

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const std::string value = word.substr(word.find('=') + 1);
    if (word.starts_with("--benchmark_out="))
      options.out = value;
    else if (word.starts_with("--events="))
      options.events = std::stoull(value);
    else if (word.starts_with("--rounds="))
      options.rounds = std::stoi(value);
    else if (word.starts_with("--folder="))
      options.folder = value;
    else if (!word.starts_with("--benchmark_")) {
      fmt::print(stderr, "usage: bench_plan [--events=N] [--rounds=N] [--folder=DIR] [--benchmark_out=FILE]\n");
      std::exit(2);
    }
  }
  return options;
}

}  // namespace
}  // namespace heapreel::bench

int main(int argc, char** argv) {
  if (argc == 4 && std::string(argv[1]) == "--plan") return heapreel::bench::plan_and_exit(argv[2], argv[3]);
  heapreel::bench::PlanBench(heapreel::bench::parse(argc, argv)).run();
}
