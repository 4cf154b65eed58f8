// `./dev bench format`: what the reel format costs, against its targets. Prints a table and writes JSON.
//
// Processor time on one thread, medians over rounds that go through all recordings in turn, so that a change of the
// machine's speed meets them all. The targets are for the six recordings of the corpus; made-up ones are not judged.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <functional>
#include <malloc.h>
#include <map>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "tests/bench/format_measures.h"
#include "trace_format/pack/pack.h"

namespace heapreel::bench {
namespace {

struct Options {
  std::string out;
  uint64_t events = 6'000'000;
  uint64_t large_events = 100'000'000;
  int rounds = 5;
  bool archive = true;
};

// The samples of one figure of one recording.
using Samples = std::map<std::string, std::vector<double>>;

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.empty() ? 0 : values[values.size() / 2];
}

struct Row {
  std::string what;
  std::string figure;
  bool judge_worst;  // the worst recording counts, not the mean
  double target;
};

// What is asked of every recording: the figure, and whether its mean or its worst is judged.
const std::vector<Row>& rows() {
  static const std::vector<Row> list = {
      {"packed, 4 us, bytes/event, mean", "packed_bytes", false, 0.28},
      {"packed, 4 us, bytes/event, worst", "packed_bytes", true, 0.75},
      {"packed archive, bytes/event, mean", "archive_bytes", false, 0.22},
      {"capture, addresses + 64 ns, bytes/event, mean", "capture_bytes", false, 1.5},
      {"capture, addresses + 64 ns, bytes/event, worst", "capture_bytes", true, 2.6},
      {"encode for capture with zstd, ns/event", "encode_ns", false, 30},
      {"plain blocks, bytes/event, mean", "plain_bytes", false, 7},
      {"encode plain, ns/event", "encode_plain_ns", false, 6},
      {"decode plain, ns/event", "decode_plain_ns", false, 8},
      {"times of every 16th event, bytes/event, mean", "sparse_time_bytes", false, 0.15},
      {"pack, ns/event", "pack_ns", false, 70},
      {"decode capture, ns/event", "decode_capture_ns", false, 12},
      {"decode packed, ns/event", "decode_packed_ns", false, 12},
  };
  return list;
}

class FormatBench {
 public:
  explicit FormatBench(Options options)
      : options_(std::move(options)),
        folder_(std::filesystem::temp_directory_path() / fmt::format("heapreel-bench-{}", ::getpid())) {
    std::filesystem::create_directories(folder_);
    recordings_ = load_recordings(options_.events);
  }
  ~FormatBench() { std::filesystem::remove_all(folder_); }

  void run() {
    for (int round = 0; round < options_.rounds; ++round)
      for (const Recording& recording : recordings_) measure(recording);
    if (options_.archive)
      for (const Recording& recording : recordings_) measure_archive(recording);
    print_recordings();
    judge_recordings();
    scaling();
    large_reel();
    write_json();
  }

 private:
  std::string file(const std::string& name) const { return (folder_ / name).string(); }

  void measure(const Recording& recording) {
    Samples& samples = samples_[recording.name];
    const std::string capture = file(recording.name + ".capture.reel");
    const std::string packed = file(recording.name + ".packed.reel");
    const Cost written = write_capture(recording, capture);
    samples["capture_bytes"].push_back(written.bytes_per_event);
    samples["encode_ns"].push_back(written.cpu_ns_per_event);
    const Cost packing = pack_capture(capture, packed, {});
    samples["packed_bytes"].push_back(packing.bytes_per_event);
    samples["pack_ns"].push_back(packing.cpu_ns_per_event);
    samples["decode_capture_ns"].push_back(decode(capture).cpu_ns_per_event);
    samples["decode_packed_ns"].push_back(decode(packed).cpu_ns_per_event);
    const std::string plain = file(recording.name + ".plain.reel");
    samples["plain_bytes"].push_back(write_capture(recording, plain, {.plain = true}).bytes_per_event);
    const double sparse = write_capture(recording, file("sparse.reel"), {.stamp_every = 16}).bytes_per_event;
    const double timeless = write_capture(recording, file("timeless.reel"), {.stamp_every = 0}).bytes_per_event;
    samples["sparse_time_bytes"].push_back(sparse - timeless);
    samples["encode_plain_ns"].push_back(encode_plain(recording).cpu_ns_per_event);
    samples["decode_plain_ns"].push_back(decode(plain).cpu_ns_per_event);
  }

  void measure_archive(const Recording& recording) {
    Samples& samples = samples_[recording.name];
    const Cost cost =
        pack_capture(file(recording.name + ".capture.reel"), file("archive.reel"), reel::archive_options());
    samples["archive_bytes"].push_back(cost.bytes_per_event);
    samples["archive_ns"].push_back(cost.cpu_ns_per_event);
  }

  double of_recording(const std::string& name, const std::string& figure) { return median(samples_[name][figure]); }

  void print_recordings() {
    fmt::print("{:<10} {:>8} | {:>7} {:>7} {:>7} | {:>7} {:>6} {:>8} {:>8} {:>8}\n", "", "events", "capture", "packed",
               "archive", "encode", "pack", "decode c", "decode p", "archive");
    fmt::print("{:<10} {:>8} | {:^23} | {:^41}\n", "recording", "millions", "bytes an event", "processor ns an event");
    for (const Recording& recording : recordings_) {
      const auto get = [&](const std::string& figure) { return of_recording(recording.name, figure); };
      fmt::print("{:<10} {:>8.2f} | {:>7.3f} {:>7.3f} {:>7.3f} | {:>7.1f} {:>6.1f} {:>8.1f} {:>8.1f} {:>8.0f}\n",
                 recording.name, static_cast<double>(recording.events.size()) / 1e6, get("capture_bytes"),
                 get("packed_bytes"), get("archive_bytes"), get("encode_ns"), get("pack_ns"), get("decode_capture_ns"),
                 get("decode_packed_ns"), get("archive_ns"));
    }
    fmt::print("\n");
  }

  void judge(const std::string& what, double value, double target, const std::string& unit) {
    const bool real = recordings_.front().real;
    const std::string verdict = !real ? "not judged" : value <= target ? "met" : "MISSED";
    fmt::print("{:<52} {:>9.3f} {:<4} target <= {:<7} {}\n", what, value, unit, target, verdict);
    judged_.push_back({{"what", what}, {"value", value}, {"unit", unit}, {"target", target}, {"verdict", verdict}});
  }

  void judge_recordings() {
    for (const Row& row : rows()) {
      double sum = 0;
      double worst = 0;
      for (const Recording& recording : recordings_) {
        const double value = of_recording(recording.name, row.figure);
        sum += value;
        worst = std::max(worst, value);
      }
      if (sum > 0)
        judge(row.what, row.judge_worst ? worst : sum / static_cast<double>(recordings_.size()), row.target, "");
    }
  }

  void scaling() {
    const std::string path = file(recordings_.front().name + ".packed.reel");
    std::vector<double> ratios;
    for (int round = 0; round < options_.rounds; ++round)
      ratios.push_back(decode_wall_ns_per_event(path, 1) / decode_wall_ns_per_event(path, 2));
    fmt::print("{:<52} {:>9.2f} x\n", "decode on 2 threads, speed over 1 (wall)", median(ratios));
    judged_.push_back({{"what", "decode scaling, 2 threads over 1"}, {"value", median(ratios)}});
  }

  void large_reel() {
    if (options_.large_events == 0) return;
    const std::string path = file("large.reel");
    write_large(recordings_, path, options_.large_events);
    recordings_.clear();  // their memory would only disturb what follows
    recordings_.push_back({.name = "", .events = {}, .ticks_per_second = 0, .real = samples_.size() > 1});
    const uint64_t objects = live_peak_objects(path);
    std::vector<double> wall, cpu, beyond;
    for (int round = 0; round < options_.rounds; ++round) {
      const InfoRun run = run_info(HEAPREEL_BINARY, path, objects);
      wall.push_back(run.wall_s);
      cpu.push_back(run.cpu_s);
      beyond.push_back(run.resident_mib - run.live_set_mib);
    }
    const double millions = static_cast<double>(options_.large_events) / 1e6;
    judge(fmt::format("info, {:.0f} M events packed, wall", millions), median(wall), 2 * millions / 100, "s");
    fmt::print("{:<52} {:>9.3f} s    ({} live objects at most)\n", "  its processor time", median(cpu), objects);
    judge("  its memory beyond the live set", median(beyond), 200, "MiB");
    judge("random access to a time, reel open", random_access_ms(path), 5, "ms");
    judge("random access to a time, with opening the reel", open_and_access_ms(path), 5, "ms");
  }

  void write_json() {
    if (options_.out.empty()) return;
    nlohmann::ordered_json json = {
        {"schema", "heapreel.bench.format/1"}, {"rounds", options_.rounds}, {"targets", judged_}};
    for (const auto& [name, samples] : samples_) json["recordings"][name] = samples;
    std::ofstream(options_.out) << json.dump(2) << '\n';
  }

  Options options_;
  std::filesystem::path folder_;
  std::vector<Recording> recordings_;
  std::map<std::string, Samples> samples_;
  nlohmann::ordered_json judged_ = nlohmann::ordered_json::array();
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
    else if (word.starts_with("--large="))
      options.large_events = std::stoull(value);
    else if (word.starts_with("--rounds="))
      options.rounds = std::stoi(value);
    else if (word == "--no-archive")
      options.archive = false;
    else if (!word.starts_with("--benchmark_")) {
      fmt::print(stderr,
                 "usage: bench_format [--events=N] [--large=N] [--rounds=N] [--no-archive] [--benchmark_out=FILE]\n");
      std::exit(2);
    }
  }
  return options;
}

}  // namespace
}  // namespace heapreel::bench

int main(int argc, char** argv) {
  // Freed buffers stay mapped: otherwise short recordings measure how the kernel clears pages.
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 2047 << 20);
  heapreel::bench::FormatBench(heapreel::bench::parse(argc, argv)).run();
}
