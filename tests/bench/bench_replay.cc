// `./dev bench replay`: what a replay costs beside the allocator, against its targets. Prints a table and writes JSON.
//
// All rows are medians over rounds in which every run comes once, in shuffled order; costs are processor time per op
// without waits. Prediction has a benchmark of its own (`./dev bench predict`), and planning (`./dev bench plan`).
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <unistd.h>

#include "replayer/lab/find_allocators.h"
#include "replayer/lab/run.h"
#include "replayer/plan/plan_file.h"
#include "replayer/plan/planner.h"
#include "tests/bench/replay_streams.h"
#include "trace_format/base/worker_pool.h"

namespace heapreel::bench {
namespace {

constexpr uint32_t kNoLog = 1U << 30;

struct Options {
  std::string out;
  int rounds = 15;
  bool quick = false;
};

// One kind of run: what is replayed, on what, how.
struct Setup {
  const plan::PlanFile* plan = nullptr;
  lab::AllocatorChoice allocator{};
  measure::RunOrders orders{};
};

struct Row {
  std::string what{};
  double figure = 0;
  std::string unit{};
  double target = 0;  // at most; 0: none
  std::string note{};
};

double median(std::vector<double> samples) {
  if (samples.empty()) return 0;
  std::sort(samples.begin(), samples.end());
  return samples[samples.size() / 2];
}

[[noreturn]] void give_up(const std::string& why) {
  fmt::print(stderr, "bench_replay: {}\n", why);
  std::exit(1);
}

template <class T>
T need(base::Result<T> result) {
  if (!result) give_up(result.error().what + ": " + result.error().why);
  return std::move(*result);
}

lab::AllocatorChoice choice_of(const std::string& name) {
  const bool builtin = name == "null" || name == "bump" || name == "pool";
  lab::AllocatorChoice choice{.name = name, .runner = HEAPREEL_RUNNERS "/runner-" + (builtin ? "glibc" : name)};
  if (builtin) choice.builtin = name;
  if (name == "jemalloc") choice.library = HEAPREEL_LIBRARY_JEMALLOC;
  if (name == "tcmalloc") choice.library = HEAPREEL_LIBRARY_TCMALLOC;
  if (name == "mimalloc") choice.library = HEAPREEL_LIBRARY_MIMALLOC;
  return choice;
}

lab::RunOutcome run(const Setup& setup) {
  lab::RunOutcome outcome =
      need(lab::run_once({.plan = lab::plan_ref(*setup.plan), .allocator = &setup.allocator, .orders = setup.orders}));
  if (!outcome.good()) give_up(setup.allocator.name + ": " + outcome.failure);
  return outcome;
}

double cpu_ns_per_op(const lab::RunOutcome& outcome) {
  double cpu_ns = 0;
  double ops = 0;
  const double ns_per_tick = 1e9 / static_cast<double>(lab::ticks_per_second());
  for (const measure::ThreadBoard& thread : outcome.board.threads()) {
    cpu_ns += static_cast<double>(thread.cpu_ns) - static_cast<double>(thread.spin_ticks) * ns_per_tick;
    ops += static_cast<double>(thread.ops_done);
  }
  return cpu_ns / ops;
}

// The mean over recorded time of resident memory, between the checkpoints of a memory pass, in MiB.
double rss_mean_mib(const plan::PlanFile& plan, const lab::RunOutcome& outcome) {
  double byte_ns = 0;
  const auto checkpoints = plan.checkpoints();
  const auto readings = outcome.board.readings();
  for (size_t i = 1; i < checkpoints.size(); ++i)
    byte_ns += static_cast<double>(readings[i].rss_bytes) *
               static_cast<double>(checkpoints[i].time_ns - checkpoints[i - 1].time_ns);
  return byte_ns / static_cast<double>(plan.header().duration_ns) / (1 << 20);
}

class ReplayBench {
 public:
  explicit ReplayBench(Options options) : options_(std::move(options)) { std::filesystem::create_directories(folder_); }
  ~ReplayBench() { std::filesystem::remove_all(folder_); }

  void run_all() {
    const uint64_t events = options_.quick ? 400'000 : 4'000'000;
    plans_.emplace("random", plan_of("random", random_stream(events)));
    plans_.emplace("alternating", plan_of("alternating", alternating_stream(events)));
    plans_.emplace("handing", plan_of("handing", handing_stream(events)));
    plans_.emplace("decaying", plan_of("decaying", decaying_stream()));
    measure_costs();
    measure_decay();
    report();
  }

 private:
  plan::PlanFile plan_of(const std::string& name, const std::vector<reel::Event>& events) {
    const std::string path = (folder_ / (name + ".reel")).string();
    if (const auto written = write_stream(events, path); !written) give_up(written.error().why);
    const auto file = need(reel::ReelFile::open(path));
    const auto metadata = need(reel::read_metadata(file));
    base::WorkerPool pool(0);
    need(plan::make_plan(file, metadata, pool, {}, path + ".plan"));
    return need(plan::PlanFile::open(path + ".plan"));
  }

  // Every setup once a round, in shuffled order.
  void measure_costs() {
    using measure::Order;
    std::map<std::string, Setup> setups;
    const auto add = [&](const std::string& name, const char* stream, const char* allocator, Order order,
                         uint32_t log_every) {
      setups[name] = {.plan = &plans_.at(stream),
                      .allocator = choice_of(allocator),
                      .orders = {.order = order, .log_every = log_every}};
    };
    for (const char* stream : {"random", "alternating"})
      add(std::string("null ") + stream, stream, "null", Order::kWindow, 1);
    for (const char* allocator : {"null", "pool", "glibc", "jemalloc", "tcmalloc", "mimalloc"}) {
      add(std::string("handing ") + allocator, "handing", allocator, Order::kWindow, 1);
      add(std::string("random ") + allocator, "random", allocator, Order::kWindow, 1);
    }
    std::vector<std::string> order;
    for (const auto& [name, setup] : setups) order.push_back(name);
    std::mt19937_64 random(1);
    std::map<std::string, std::vector<double>> costs;
    for (int round = -1; round < options_.rounds; ++round) {  // the first only warms the page cache
      std::shuffle(order.begin(), order.end(), random);
      for (const std::string& name : order)
        if (const double cost = cpu_ns_per_op(run(setups[name])); round >= 0) costs[name].push_back(cost);
    }
    std::map<std::string, double> medians;
    for (const auto& [name, samples] : costs) medians[name] = median(samples);
    rows_.push_back({"null, 1 thread, random order", medians["null random"], "ns/op", 5.0});
    rows_.push_back({"null, 1 thread, predictable order", medians["null alternating"], "ns/op", 2.5});
    rows_.push_back({"added by window order and the progress log", cost_of_order(), "ns/op", 0.6, "of pairs"});
    rows_.push_back({"null, 2 threads, 30 % remote frees", medians["handing null"], "ns/op", 7.0});
    for (const char* allocator : {"pool", "glibc", "jemalloc", "tcmalloc", "mimalloc"}) {
      rows_.push_back({fmt::format("{}, 1 thread, random order", allocator),
                       medians[fmt::format("random {}", allocator)], "ns/op", 0});
      rows_.push_back({fmt::format("{}, 2 threads, 30 % remote frees", allocator),
                       medians[fmt::format("handing {}", allocator)], "ns/op", 0});
    }
    rows_.push_back({"slowest allocator, 1 thread (another replayer: 26)",
                     std::max({medians["random glibc"], medians["random jemalloc"], medians["random tcmalloc"],
                               medians["random mimalloc"]}),
                     "ns/op", 26.0});
  }

  // The two of a pair run one after the other: the processor changes its speed from second to second.
  double cost_of_order() const {
    std::vector<double> added;
    const auto cost = [this](measure::Order order, uint32_t log_every) {
      return cpu_ns_per_op(run({.plan = &plans_.at("alternating"),
                                .allocator = choice_of("null"),
                                .orders = {.order = order, .log_every = log_every}}));
    };
    for (int i = 0; i < 2 * options_.rounds; ++i)
      added.push_back(-cost(measure::Order::kDeps, kNoLog) + cost(measure::Order::kWindow, 1));
    return median(added);
  }

  // Does jemalloc give memory back in virtual time as it does in real time?
  void measure_decay() {
    const plan::PlanFile& plan = plans_.at("decaying");
    const auto mean_of = [&](measure::Pace pace) {
      std::vector<double> means;
      for (int i = 0; i < (options_.quick ? 1 : 3); ++i)
        means.push_back(
            rss_mean_mib(plan, run({.plan = &plan,
                                    .allocator = choice_of("jemalloc"),
                                    .orders = {.pace = pace, .pass = measure::Pass::kMemory, .speed = 1.0}})));
      return median(means);
    };
    const double real = mean_of(measure::Pace::kTimes);
    const double virtual_time = mean_of(measure::Pace::kVirtual);
    const double fast = mean_of(measure::Pace::kFast);
    rows_.push_back({"jemalloc's decay, mean RSS: virtual against 1x", std::abs(virtual_time / real - 1) * 100, "% off",
                     25.0, fmt::format("1x {:.0f}, virtual {:.0f}, fast {:.0f} MiB", real, virtual_time, fast)});
  }

  void report() const {
    nlohmann::json json = nlohmann::json::array();
    fmt::print("{:<48} {:>8} {:<6} {:>7}\n", "replay", "figure", "", "target");
    for (const Row& row : rows_) {
      const char* verdict = row.target == 0 ? "" : (row.figure <= row.target ? "met" : "MISSED");
      const std::string target = row.target == 0 ? "" : fmt::format("<= {:g}", row.target);
      fmt::print("{:<48} {:>8.2f} {:<6} {:>7} {}\n", row.what, row.figure, row.unit, target, verdict);
      if (!row.note.empty()) fmt::print("  ({})\n", row.note);
      json.push_back(
          {{"what", row.what}, {"figure", row.figure}, {"unit", row.unit}, {"target", row.target}, {"note", row.note}});
    }
    if (!options_.out.empty()) std::ofstream(options_.out) << json.dump(1) << '\n';
  }

  Options options_;
  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / fmt::format("heapreel-bench-replay-{}", ::getpid());
  std::map<std::string, plan::PlanFile> plans_;
  std::vector<Row> rows_;
};

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word.rfind("--benchmark_out=", 0) == 0)
      options.out = word.substr(16);
    else if (word.rfind("--rounds=", 0) == 0)
      options.rounds = std::max(1, std::atoi(word.c_str() + 9));
    else if (word == "--quick")
      options.quick = true;
    else if (word.rfind("--benchmark_out_format=", 0) != 0)
      give_up("unknown option " + word + "; there are --rounds=N, --quick");
  }
  return options;
}

}  // namespace
}  // namespace heapreel::bench

int main(int argc, char** argv) {
  heapreel::bench::ReplayBench(heapreel::bench::parse(argc, argv)).run_all();
  return 0;
}
