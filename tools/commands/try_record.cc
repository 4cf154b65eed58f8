// The function of try.h: reference runs, then recordings, of one command.
#include <algorithm>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <unistd.h>

#include "recorder/collector/clock.h"
#include "recorder/collector/launcher.h"
#include "recorder/observe/reference_run.h"
#include "recorder/target/find_shim.h"
#include "tools/cli/quantity.h"
#include "tools/cli/tell.h"
#include "tools/cli/version.h"
#include "tools/commands/record.h"
#include "tools/commands/try.h"

namespace heapreel::commands {
namespace {

namespace fs = std::filesystem;

constexpr double kRecordedSlower = 1.5;  // than a run by itself, about
constexpr uint32_t kPoolChunks = 256;

// Standard input and output are /dev/null while it lives: the command's runs must be alike, and our own output is the
// verdict's.
class NothingToRead {
 public:
  NothingToRead() : in_(::fcntl(0, F_DUPFD_CLOEXEC, 3)), out_(::fcntl(1, F_DUPFD_CLOEXEC, 3)) {
    const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    ::dup2(null, 0);
    ::dup2(null, 1);
    ::close(null);
  }
  NothingToRead(const NothingToRead&) = delete;
  NothingToRead& operator=(const NothingToRead&) = delete;
  ~NothingToRead() {
    put_back(in_, 0);
    put_back(out_, 1);
  }

 private:
  static void put_back(int kept, int fd) {
    if (kept < 0) return;
    ::dup2(kept, fd);
    ::close(kept);
  }
  int in_, out_;
};

std::string seconds(double s) { return cli::format_duration(static_cast<uint64_t>(s * 1e9)); }

class Tried {
 public:
  explicit Tried(const TryRuns& runs) : runs_(runs), environment_(own_environment()) {}

  base::Result<TriedReels> make() {
    auto verdict = look_at(runs_.command, environment_);
    if (!verdict) return base::fail(verdict.error());
    auto shim = target::find_shim();
    if (!shim) return base::fail(shim.error());
    HEAPREEL_TRY(run_references());
    environment_ = target::with_additions(std::move(environment_), *verdict);
    for (uint64_t i = 0; i < runs_.recordings; ++i) HEAPREEL_TRY(record(*shim, i));
    return find_reels();
  }

 private:
  base::Status run_references() {
    for (uint64_t i = 0; i < runs_.references; ++i) {
      if (i == 0)
        cli::tell("heapreel: running {} by itself, {} time{}\n", runs_.command.front(), runs_.references,
                  runs_.references == 1 ? "" : "s");
      auto reference = observe::run_reference(runs_.command, environment_);
      if (!reference) return base::fail(reference.error());
      times_.push_back(static_cast<double>(reference->wall_ns()) / 1e9);
      references_.push_back(std::move(*reference));
      if (i == 0) tell_estimate();
    }
    std::ranges::sort(times_);
    found_.run_s = times_.empty() ? 0 : times_[times_.size() / 2];
    return {};
  }

  void tell_estimate() const {
    const double more =
        static_cast<double>(runs_.references - 1) + kRecordedSlower * static_cast<double>(runs_.recordings);
    cli::tell("heapreel: one run takes {}; {} to go, {} of them recorded: about {}, and then the replays\n",
              seconds(times_.front()), runs_.references - 1 + runs_.recordings, runs_.recordings,
              seconds(times_.front() * more));
  }

  collector::RecordOptions options_for(uint64_t number) const {
    collector::RecordOptions options;
    options.output = fmt::format("{}/{}.reel", runs_.folder, number == 0 ? "first" : "second");
    options.overwrite = true;
    options.pool.clock = collector::tsc_is_trusted() ? ring::ClockSource::kTsc : ring::ClockSource::kMonotonicRaw;
    options.pool_chunks = kPoolChunks;
    options.command = runs_.command;
    options.producer_version = cli::kVersion;
    options.references = references_;
    options.signals_to_reset = {SIGPIPE, SIGXFSZ};
    return options;
  }

  base::Status record(const std::string& shim, uint64_t number) {
    cli::tell("heapreel: recording it, {} of {}\n", number + 1, runs_.recordings);
    RecordView view(false);
    collector::LaunchHooks hooks;
    hooks.on_tick = [&view](const collector::Board& board) { view.tick(board); };
    hooks.on_end = [this, &view](const collector::Board& board) {
      view.end(board);
      found_.events = board.events.load();
    };
    const collector::RecordOptions options = options_for(number);
    const NothingToRead nothing;
    const auto result = collector::launch(options, shim, environment_, hooks);
    if (!result) return base::fail(result.error());
    if (!result->greeted) return base::fail(not_hello(runs_.command.front()));
    found_.exit_status = result->exit_status;
    return {};
  }

  struct Largest {
    std::string path{};
    uint64_t bytes = 0;
    uint64_t reels = 0;
  };

  // Of several processes, the one with the largest reel: it asked most of its allocator.
  Largest largest(const std::string& name) const {
    Largest most;
    std::error_code fault;
    for (const fs::directory_entry& entry : fs::directory_iterator(runs_.folder, fault)) {
      const std::string file = entry.path().filename().string();
      if (!file.starts_with(name + ".") || !file.ends_with(".reel")) continue;
      const uint64_t bytes = entry.file_size(fault);
      ++most.reels;
      if (!most.path.empty() && bytes <= most.bytes) continue;
      most.path = entry.path().string();
      most.bytes = bytes;
    }
    return most;
  }

  base::Result<TriedReels> find_reels() {
    const Largest first = largest("first");
    if (first.path.empty()) return base::fail(not_hello(runs_.command.front()));
    found_.first = first.path;
    found_.processes = first.reels;
    if (runs_.recordings > 1) found_.again = largest("second").path;
    return found_;
  }

  const TryRuns& runs_;
  std::vector<std::string> environment_;
  std::vector<reel::proto::Reference> references_;
  std::vector<double> times_;
  TriedReels found_;
};

}  // namespace

base::Result<TriedReels> make_reels(const TryRuns& runs) { return Tried(runs).make(); }

}  // namespace heapreel::commands
