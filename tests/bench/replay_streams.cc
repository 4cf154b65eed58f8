// The made-up programs of replay_streams.h.
#include "tests/bench/replay_streams.h"

#include <deque>
#include <random>

#include "trace_format/store/capture_writer.h"
#include "trace_format/wire/reel.pb.h"

namespace heapreel::bench {
namespace {

constexpr uint64_t kStepNs = 20;

// Hands out addresses that are free, and keeps the time.
class Story {
 public:
  explicit Story(uint64_t room_bytes = 2048) : room_bytes_(room_bytes) {}

  uint64_t birth(uint32_t thread, uint64_t size) {
    const uint64_t address = spare_.empty() ? (fresh_ += room_bytes_) : spare_.front();
    if (!spare_.empty()) spare_.pop_front();
    tell(reel::Op::kMalloc, thread, address, size);
    return address;
  }
  void death(uint32_t thread, uint64_t address) {
    tell(reel::Op::kFree, thread, address, 0);
    spare_.push_back(address);
  }
  void start_thread(uint32_t thread, uint32_t creator) { tell(reel::Op::kThreadStart, thread, 0, creator + 1); }
  void pass(uint64_t ns) { now_ += ns; }
  uint64_t events() const { return events_.size(); }
  std::vector<reel::Event> take() { return std::move(events_); }

 private:
  void tell(reel::Op op, uint32_t thread, uint64_t address, uint64_t size) {
    reel::Event event;
    event.op = op;
    event.thread = thread;
    event.time = now_ += kStepNs;
    event.object = address;
    event.size = size;
    events_.push_back(event);
  }

  uint64_t room_bytes_;
  uint64_t now_ = 0;
  uint64_t fresh_ = uint64_t{1} << 32;
  std::deque<uint64_t> spare_;
  std::vector<reel::Event> events_;
};

using Random = std::mt19937_64;

uint64_t some_size(Random& random) { return 16 + random() % 1009; }

// Takes any one out of a list.
uint64_t take_any(std::vector<uint64_t>& from, Random& random) {
  std::swap(from[random() % from.size()], from.back());
  const uint64_t taken = from.back();
  from.pop_back();
  return taken;
}

}  // namespace

std::vector<reel::Event> random_stream(uint64_t events) {
  constexpr size_t kLive = 10'000;
  Story story;
  Random random(1);
  std::vector<uint64_t> live;
  while (story.events() < events) {
    const bool grow = live.size() < kLive / 2 || (live.size() < 2 * kLive && random() % 2 == 0);
    if (grow)
      live.push_back(story.birth(0, some_size(random)));
    else
      story.death(0, take_any(live, random));
  }
  return story.take();
}

std::vector<reel::Event> alternating_stream(uint64_t events) {
  Story story;
  Random random(2);
  std::vector<uint64_t> live;
  for (int i = 0; i < 10'000; ++i) live.push_back(story.birth(0, some_size(random)));
  while (story.events() < events) {
    live.push_back(story.birth(0, some_size(random)));
    story.death(0, take_any(live, random));
  }
  return story.take();
}

std::vector<reel::Event> handing_stream(uint64_t events) {
  constexpr size_t kDeep = 1000;
  Story story;
  Random random(3);
  std::vector<uint64_t> own[2];
  std::deque<uint64_t> handed[2];  // to be freed by this thread
  story.start_thread(1, 0);
  for (uint32_t thread = 0; story.events() < events; thread ^= 1) {
    const uint64_t block = story.birth(thread, some_size(random));
    if (random() % 10 < 3)
      handed[thread ^ 1].push_back(block);
    else
      own[thread].push_back(block);
    if (handed[thread].size() > kDeep) {
      story.death(thread, handed[thread].front());
      handed[thread].pop_front();
    } else if (own[thread].size() > kDeep) {
      story.death(thread, take_any(own[thread], random));
    }
  }
  return story.take();
}

std::vector<reel::Event> decaying_stream() {
  constexpr uint64_t kBlocks = 262'144;
  constexpr uint64_t kBytes = 1000;
  constexpr uint64_t kTrickles = 1'200;
  constexpr uint64_t kTrickle = 200;  // blocks: more than a thread's cache holds, so that the heap itself is asked
  Story story;
  std::vector<uint64_t> live;
  for (uint64_t i = 0; i < kBlocks; ++i) live.push_back(story.birth(0, kBytes));
  for (uint64_t i = 0; i < kBlocks; ++i)
    if (i % 64 != 0) story.death(0, live[i]);
  for (uint64_t i = 0; i < kTrickles; ++i) {
    story.pass(10'000'000);
    live.clear();
    for (uint64_t k = 0; k < kTrickle; ++k) live.push_back(story.birth(0, kBytes));
    for (const uint64_t block : live) story.death(0, block);
  }
  return story.take();
}

std::vector<reel::Event> crowded_stream(uint64_t events, uint32_t threads) {
  Story story;
  Random random(4);
  std::vector<std::vector<uint64_t>> own(threads);
  for (uint32_t thread = 1; thread < threads; ++thread) story.start_thread(thread, 0);
  while (story.events() < events) {
    const auto thread = static_cast<uint32_t>(random() % threads);
    const auto heir = random() % 10 == 0 ? static_cast<uint32_t>(random() % threads) : thread;
    for (int i = 0; i < 8; ++i) own[heir].push_back(story.birth(thread, some_size(random)));
    while (own[thread].size() > 20) story.death(thread, take_any(own[thread], random));
  }
  return story.take();
}

base::Status write_stream(const std::vector<reel::Event>& events, const std::string& path) {
  auto writer = reel::ReelWriter::create(path, true);
  if (!writer) return base::fail(std::move(writer).error());
  reel::proto::Metadata head;
  head.mutable_clock()->set_source(reel::proto::Clock::SYNTHETIC);
  head.mutable_clock()->set_ticks_per_second(kStreamTicksPerSecond);
  head.mutable_capture()->set_time_quantum(1);
  head.mutable_processes()->Add()->set_serial(1);
  HEAPREEL_TRY(writer->append(head));
  reel::CaptureWriter capture(*writer, {.ticks_per_second = kStreamTicksPerSecond});
  for (const reel::Event& event : events) capture.add(event);
  HEAPREEL_TRY(capture.flush());
  reel::proto::Metadata tail;
  tail.mutable_ending()->set_cause(reel::proto::Ending::FINISHED);
  tail.mutable_ending()->set_events(events.size());
  HEAPREEL_TRY(writer->append(tail));
  return writer->finish();
}

}  // namespace heapreel::bench
