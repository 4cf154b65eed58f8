// The measurements of format_measures.h.
#include "tests/bench/format_measures.h"

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <fcntl.h>
#include <fstream>
#include <map>
#include <random>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "trace_format/base/flat_map.h"
#include "trace_format/store/capture_writer.h"
#include "trace_format/store/parallel_decoder.h"
#include "trace_format/summary/summary.h"
#include "trace_format/wire/reel.pb.h"

namespace heapreel::bench {
namespace {

constexpr size_t kStagedEvents = 4096;
constexpr uint64_t kEventsMeasured = 4'000'000;  // small recordings are read again and again

double cpu_ns() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

double wall_ns() {
  return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

template <class Value>
Value must(base::Result<Value> result) {
  if (result) return std::move(*result);
  std::fprintf(stderr, "%s: %s\n", result.error().what.c_str(), result.error().why.c_str());
  std::exit(1);
}

void must(const base::Status& status) {
  if (status) return;
  std::fprintf(stderr, "%s: %s\n", status.error().what.c_str(), status.error().why.c_str());
  std::exit(1);
}

Cost cost_of(uint64_t bytes, double cpu, uint64_t events) {
  return {static_cast<double>(bytes) / static_cast<double>(events), cpu / static_cast<double>(events)};
}

// Recordings in replay order, over and over, with addresses as numbers of their own: what write_large packs.
class LoopingStream final : public reel::EventStream {
 public:
  LoopingStream(const std::vector<Recording>& recordings, uint64_t events) : recordings_(recordings), left_(events) {}

  base::Result<bool> next(reel::EventBatch& batch) override {
    if (left_ == 0) return false;
    out_.clear();
    const uint64_t first_object = next_object_;
    while (out_.size() < kBatch && out_.size() < left_) out_.push_back(take());
    batch = {.events = out_,
             .first_event = done_,
             .first_object = first_object,
             .addresses = {},
             .second_frees = {},
             .work = {}};
    done_ += out_.size();
    left_ -= out_.size();
    return true;
  }

 private:
  static constexpr size_t kBatch = 4096;

  reel::Event take() {
    const Recording* recording = &recordings_[which_];
    if (at_ == recording->events.size()) {
      which_ = (which_ + 1) % recordings_.size();
      at_ = 0;
      start_ = last_;
      recording = &recordings_[which_];
      live_ = {};  // what the last one left alive stays alive, as leaks do; addresses begin anew
    }
    reel::Event event = recording->events[at_++];
    event.time = last_ = std::max(last_, start_ + event.time);
    if (reel::traits(event.op).frees) {
      live_.remove(event.object, event.object);
    } else {
      if (reel::has_old(event.op, event.flags)) {
        const uint64_t* old = live_.find(event.old_object);
        const uint64_t address = event.old_object;
        event.old_object = old != nullptr ? *old : 0;
        uint64_t gone = 0;
        if (reel::releases_old(event.op, event.flags)) live_.remove(address, gone);
      }
      if (reel::births(event.op, event.flags)) {
        live_.add(event.object, next_object_);
        event.object = next_object_++;
      }
    }
    return event;
  }

  const std::vector<Recording>& recordings_;
  uint64_t left_;
  uint64_t done_ = 0;
  size_t which_ = 0;
  size_t at_ = 0;
  uint64_t start_ = 0;
  uint64_t last_ = 0;
  uint64_t next_object_ = 1;
  base::FlatMap<uint64_t> live_;
  std::vector<reel::Event> out_;
};

// Leaves every n-th stamp; the events between repeat it.
void thin_stamps(std::vector<reel::Event>& events, size_t every) {
  for (size_t i = 0; i < events.size(); ++i) events[i].time = every == 0 ? 0 : events[i / every * every].time;
}

}  // namespace

Cost write_capture(const Recording& recording, const std::string& path, CaptureWay way) {
  auto writer = must(reel::ReelWriter::create(path, true));
  const uint64_t quantum = std::bit_floor(recording.ticks_per_second * 64 / 1'000'000'000);
  reel::proto::Metadata metadata;
  metadata.mutable_clock()->set_ticks_per_second(recording.ticks_per_second);
  metadata.mutable_capture()->set_time_quantum(quantum);
  must(writer.append(metadata));
  reel::CaptureWriter capture(
      writer, {.time_quantum = quantum, .ticks_per_second = recording.ticks_per_second, .plain = way.plain});
  // Events reach a collector through a warm ring, not from a cold array of gigabytes: stage them, untimed.
  double cpu = 0;
  std::vector<reel::Event> staged;
  for (size_t at = 0; at < recording.events.size(); at += kStagedEvents) {
    const size_t end = std::min(at + kStagedEvents, recording.events.size());
    staged.assign(recording.events.begin() + static_cast<ptrdiff_t>(at),
                  recording.events.begin() + static_cast<ptrdiff_t>(end));
    thin_stamps(staged, way.stamp_every);
    const double begin = cpu_ns();
    for (const reel::Event& event : staged) capture.add(event);
    cpu += cpu_ns() - begin;
  }
  const double begin = cpu_ns();
  must(capture.flush());
  cpu += cpu_ns() - begin;
  const uint64_t bytes = writer.bytes();
  must(writer.finish());
  return cost_of(bytes, cpu, recording.events.size());
}

Cost encode_plain(const Recording& recording) {
  const uint64_t quantum = std::bit_floor(recording.ticks_per_second * 64 / 1'000'000'000);
  reel::PlainEncoder encoder({.time_quantum = quantum});
  std::map<uint32_t, std::vector<reel::Event>> staged;
  double cpu = 0;
  uint64_t bytes = 0;
  uint64_t events = 0;
  for (const reel::Event& event : recording.events) {
    std::vector<reel::Event>& stage = staged[event.thread];
    stage.push_back(event);
    if (stage.size() < kStagedEvents) continue;
    const double begin = cpu_ns();
    encoder.encode(stage);
    cpu += cpu_ns() - begin;
    for (unsigned id = 0; id < reel::kColumnIds; ++id) bytes += encoder.column(id).size();
    events += stage.size();
    stage.clear();
  }
  return events == 0 ? Cost{} : cost_of(bytes, cpu, events);
}

Cost pack_capture(const std::string& from, const std::string& to, const reel::PackOptions& options) {
  const auto file = must(reel::ReelFile::open(from));
  base::WorkerPool pool(0);
  const double begin = cpu_ns();
  const auto result = must(reel::pack_file(file, to, true, pool, options, 4000));
  const double cpu = cpu_ns() - begin;
  return cost_of(must(reel::ReelFile::open(to)).bytes(), cpu, result.events);
}

Cost decode(const std::string& path) {
  const auto file = must(reel::ReelFile::open(path));
  reel::BlockReader reader(file);
  reel::EventBlock block;
  const auto pass = [&] {
    uint64_t events = 0;
    for (const reel::BlockEntry& entry : file.blocks()) {
      if (!entry.holds_events()) continue;
      must(reader.read(entry, block));
      events += block.events.size();
    }
    return events;
  };
  const uint64_t events_per_pass = pass();  // the buffers grow here
  uint64_t events = 0;
  const double begin = cpu_ns();
  while (events < kEventsMeasured) events += pass();
  const double cpu = cpu_ns() - begin;
  return {static_cast<double>(file.bytes()) / static_cast<double>(events_per_pass), cpu / static_cast<double>(events)};
}

double decode_wall_ns_per_event(const std::string& path, unsigned threads) {
  const auto file = must(reel::ReelFile::open(path));
  base::WorkerPool pool(threads);
  reel::ParallelDecoder decoder(file, pool);
  uint64_t events = 0;
  const double begin = wall_ns();
  std::vector<reel::ParallelDecoder::Future> ahead;
  for (const reel::BlockEntry& entry : file.blocks()) {
    if (!entry.holds_events()) continue;
    ahead.push_back(decoder.submit(entry));
    if (ahead.size() <= threads) continue;
    events += must(ahead.front().get())->events.size();
    ahead.erase(ahead.begin());
  }
  for (auto& block : ahead) events += must(block.get())->events.size();
  return (wall_ns() - begin) / static_cast<double>(events);
}

void write_large(const std::vector<Recording>& recordings, const std::string& path, uint64_t events) {
  auto writer = must(reel::ReelWriter::create(path, true));
  base::WorkerPool pool(2);
  reel::proto::Metadata metadata;
  metadata.mutable_clock()->set_ticks_per_second(recordings.front().ticks_per_second);
  must(writer.append(metadata));
  LoopingStream stream(recordings, events);
  const auto result = must(reel::pack(stream, writer, pool, {.level = 3, .time_error = 10'384}));
  reel::proto::Metadata tail;
  tail.mutable_ending()->set_cause(reel::proto::Ending::FINISHED);
  tail.mutable_ending()->set_content_id(result.content_id.data(), result.content_id.size());
  must(writer.append(tail));
  must(writer.finish());
}

uint64_t live_peak_objects(const std::string& path) {
  const auto file = must(reel::ReelFile::open(path));
  base::WorkerPool pool(2);
  return must(reel::summarize(file, pool, {.content_id = false})).live_peak_objects;
}

// VmHWM of a running process. (ru_maxrss would count the parent's memory: a spawned child starts in it.)
static double resident_peak_mib(pid_t process) {
  std::ifstream status("/proc/" + std::to_string(process) + "/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:")) return std::stod(line.substr(6)) / 1024;
  return 0;
}

InfoRun run_info(const std::string& binary, const std::string& path, uint64_t live_objects) {
  std::string program = binary;
  std::string command = "info";
  std::string file = path;
  char* const arguments[] = {program.data(), command.data(), file.data(), nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  const double begin = wall_ns();
  if (posix_spawn(&child, binary.c_str(), &actions, nullptr, arguments, environ) != 0) std::exit(1);
  int status = 0;
  rusage usage{};
  double resident_mib = 0;
  while (wait4(child, &status, WNOHANG, &usage) == 0) {
    resident_mib = std::max(resident_mib, resident_peak_mib(child));
    usleep(2000);
  }
  posix_spawn_file_actions_destroy(&actions);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  // A hash map at most half full of 32-byte places, doubled: what the ledger needs for its live objects.
  const double table = static_cast<double>(std::bit_ceil(2 * live_objects) * 32) * 1.5;
  return {.wall_s = (wall_ns() - begin) * 1e-9,
          .cpu_s = seconds(usage.ru_utime) + seconds(usage.ru_stime),
          .resident_mib = resident_mib,
          .live_set_mib = table / (1024 * 1024)};
}

namespace {

// Opens if `file` is null; goes to the time and reads the first event there.
void access(const std::string& path, const reel::ReelFile* file, base::WorkerPool& pool, uint64_t time) {
  if (file == nullptr) {
    const auto opened = must(reel::ReelFile::open(path));
    return access(path, &opened, pool, time);
  }
  const auto stream = must(reel::open_events(*file, pool, {.from_time = time}));
  reel::EventBatch batch;
  while (must(stream->next(batch)))
    for (const reel::Event& event : batch.events)
      if (event.time >= time) return;
}

double access_ms(const std::string& path, bool open_each_time) {
  const auto file = must(reel::ReelFile::open(path));
  base::WorkerPool pool(0);
  const uint64_t last_time = file.blocks().back().last_time > 0 ? file.blocks().back().last_time
                                                                : file.blocks()[file.blocks().size() - 2].last_time;
  std::mt19937_64 random(7);
  std::vector<double> times;
  for (int i = 0; i < 41; ++i) {
    const uint64_t time = random() % last_time;
    const double begin = wall_ns();
    access(path, open_each_time ? nullptr : &file, pool, time);
    times.push_back((wall_ns() - begin) * 1e-6);
  }
  std::nth_element(times.begin(), times.begin() + 20, times.end());
  return times[20];
}

}  // namespace

double random_access_ms(const std::string& path) { return access_ms(path, false); }
double open_and_access_ms(const std::string& path) { return access_ms(path, true); }

}  // namespace heapreel::bench
