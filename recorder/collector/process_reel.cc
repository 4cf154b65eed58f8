// Building the reel of a process.
#include "recorder/collector/process_reel.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>

#include "recorder/collector/describe_process.h"

namespace heapreel::collector {
namespace {

using reel::Event;
using reel::Op;

constexpr uint32_t kBlockEvents = 1U << 16;
constexpr uint64_t kBufferedEventsMax = 1U << 18;  // 12 MiB
constexpr uint64_t kTimeQuantumTicks = 16;
constexpr uint32_t kThreadsMax = 1U << 22;

const char* name_of(ring::Origin origin) {
  switch (origin) {
    case ring::Origin::kFork:
      return "fork";
    case ring::Origin::kExec:
      return "exec";
    case ring::Origin::kStart:
      break;
  }
  return "start";
}

}  // namespace

CaptureSettings capture_settings(const SessionClock& clock, const RecordOptions& wanted) {
  const uint64_t ticks_per_second = clock.ticks_per_second();
  const bool all_durations = wanted.pool.time_calls_every != 0;
  const reel::CaptureOptions options{.level = wanted.level,
                                     .block_events = kBlockEvents,
                                     .time_quantum = kTimeQuantumTicks,
                                     .ticks_per_second = ticks_per_second,
                                     .durations = all_durations ? reel::Durations::kAll : reel::Durations::kReallocs,
                                     .stacks = wanted.pool.stacks != ring::StackWalk::kNone,
                                     .buffered_events_max = kBufferedEventsMax};
  FlightLimits flight{.bytes_max = wanted.keep_bytes, .ticks_kept = 0};
  if (wanted.keep_ns != 0) {
    const double seconds = static_cast<double>(wanted.keep_ns) / 1e9;
    flight.bytes_max = kTimedWindowBytesMax;
    flight.ticks_kept = static_cast<uint64_t>(seconds * static_cast<double>(ticks_per_second));
  }
  return {options, flight, std::make_shared<reel::CaptureCoders>(options)};
}

base::Result<std::unique_ptr<ProcessReel>> ProcessReel::create(const std::string& path, bool overwrite,
                                                               const ProcessFacts& facts, const SessionClock& clock,
                                                               const CaptureSettings& settings) {
  auto writer = reel::ReelWriter::create(path, overwrite);
  if (!writer) return base::fail(std::move(writer).error());
  writer->reserve_room_for_end();
  std::unique_ptr<ProcessReel> reel(new ProcessReel(path, std::move(*writer), facts, clock, settings));
  if (auto written = reel->write_beginning(); !written) return base::fail(std::move(written).error());
  return reel;
}

ProcessReel::ProcessReel(std::string path, reel::ReelWriter writer, ProcessFacts facts, const SessionClock& clock,
                         const CaptureSettings& settings)
    : path_(std::move(path)),
      writer_(std::move(writer)),
      settings_(settings),
      window_(settings.flight.bytes_max != 0
                  ? std::make_unique<FlightWindow>(settings.flight, settings.options.ticks_per_second)
                  : nullptr),
      capture_(window_ != nullptr ? static_cast<reel::BlockSink&>(*window_) : writer_, settings.options,
               settings.coders),
      facts_(std::move(facts)),
      clock_(clock),
      code_(facts_.pid, facts_.executable),
      sink_(*this) {}

// What can be said at once stands at the front: a reel that is cut anywhere still says what it is of.
base::Status ProcessReel::write_beginning() {
  Metadata beginning;
  beginning.mutable_producer()->set_name("heapreel");
  clock_.describe(*beginning.mutable_clock(), facts_.start);
  reel::proto::Process& process = *beginning.add_processes();
  process.set_parent_reel_id(facts_.parent_reel_id);
  process.set_origin(name_of(facts_.origin));
  code_.look(0);
  reel::proto::PrivateMetadata names;
  describe_process(facts_, clock_, beginning, names);
  HEAPREEL_TRY(writer_.append(beginning));
  for (const std::string& word : facts_.command) names.add_command(word);
  reel::proto::ProcessName& name = *names.add_processes();
  name.set_pid(facts_.pid);
  name.set_executable(facts_.executable);
  return writer_.append(names);
}

SlotSink& ProcessReel::thread(uint32_t serial, uint32_t tid) {
  serial = std::min(serial, kThreadsMax);
  if (serial >= threads_.size()) threads_.resize(serial + 1);
  if (threads_[serial] == nullptr) {
    threads_[serial] = std::make_unique<Thread>();
    threads_[serial]->serial = serial;
  }
  if (tid != 0) threads_[serial]->tid = tid;
  sink_.thread = threads_[serial].get();
  return sink_;
}

void ProcessReel::thread_name(uint32_t tid, const std::string& name) {
  for (const auto& thread : threads_)
    if (thread != nullptr && thread->tid == tid && !thread->ended) thread->name = name;
}

void ProcessReel::take(Thread& thread, std::span<Event> run) {
  size_t kept = 0;
  for (const Event& told : run) {
    Event& event = run[kept];
    if (&event != &told) event = told;
    event.thread = thread.serial;
    event.time = std::max(reel_time(event.time), thread.last);
    thread.last = event.time;
    if (event.op == Op::kThreadEnd) [[unlikely]] {  // told at the end: a late destructor may still have a say
      thread.ended = true;
      thread.end = event.time;
      continue;
    }
    if (event.stack != 0) event.stack = thread.stacks.node_of(event.stack);
    if ((event.flags & reel::kRuntime) != 0) [[unlikely]]
      runtime_blocks_[event.object] = thread.serial + 1;
    if (watch_ != nullptr) watch_->tell(event);
    ++kept;
  }
  const bool written = write(run.first(kept));
  thread.events += kept;
  events_ += kept;
  last_ = std::max(last_, thread.last);
  has_calls_ = has_calls_ || thread.events != 0;
  if (!written) [[unlikely]]
    status_ = capture_.flush();
}

void ProcessReel::put(Thread& thread, Op op, uint64_t size, uint64_t time) {
  Event event;
  event.op = op;
  event.size = size;
  event.time = thread.last = std::max(time, thread.last);
  event.thread = thread.serial;
  write({&event, 1});
  last_ = std::max(last_, event.time);
  ++events_;
}

void ProcessReel::observe(uint64_t now_ns) {
  if (watch_ == nullptr) return;
  watch_->look(now_ns);
  for (const observe::ThreadSeen& seen : watch_->thread_names_if_due(now_ns))
    thread_name(static_cast<uint32_t>(seen.tid), seen.name);
}

void ProcessReel::write_observations() {
  if (watch_ == nullptr || !status_) return;
  const Metadata observed = watch_->take();
  if (observed.memory_size() + observed.residency_size() > 0) status_ = writer_.append(observed);
}

base::Status ProcessReel::write_code() {
  Metadata shared;
  reel::proto::PrivateMetadata confidential;
  code_.tell(shared, confidential);
  HEAPREEL_TRY(writer_.append(shared));
  return confidential.modules_size() > 0 ? writer_.append(confidential) : base::Status{};
}

void ProcessReel::look_at_code() {
  code_.look(reel_time(clock_.now()));
  if (code_.has_news() && status_) status_ = write_code();
}

void ProcessReel::flush() { status_ = capture_.flush(); }

void ProcessReel::note_pause(uint64_t from, uint64_t to) {
  reel::proto::Loss& loss = *metadata_.add_losses();
  loss.set_first_time(reel_time(from));
  loss.set_last_time(reel_time(to));
  loss.set_reason("recording was paused");
}

}  // namespace heapreel::collector
