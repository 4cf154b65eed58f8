// The painter of portrait.h.
#include "tests/workloads/portrait.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "trace_format/summary/content_id.h"

namespace heapreel::tests {
namespace {

class Painter {
 public:
  Painter(Portrait& portrait, const Onlooker& onlooker) : portrait_(portrait), onlooker_(onlooker) {}

  void add(const reel::Event& event) {
    const uint64_t asked_bytes = live_.asked_bytes();
    const std::optional<LiveBlock> ended = live_.take(event);
    ThreadPortrait& thread = thread_of(event);
    if (ended) add_death(event, *ended, asked_bytes, thread);
    if (reel::births(event.op, event.flags)) {
      portrait_.sizes.add(event.size);
      ++thread.births;
      add_peak(event);
    }
    ++portrait_.by_op[static_cast<size_t>(event.op)];
    ++portrait_.events;
    portrait_.end_ns = event.time;
    if (onlooker_) onlooker_(event, ended ? &*ended : nullptr, live_);
  }

  void finish() {
    for (const ThreadPortrait& each : portrait_.threads) {
      portrait_.births += each.births;
      portrait_.deaths += each.deaths;
      portrait_.remote_deaths += each.remote_deaths;
    }
    portrait_.live_end_bytes = live_.bytes();
    portrait_.live_end_objects = live_.objects();
    portrait_.faults = live_.faults();
  }

 private:
  ThreadPortrait& thread_of(const reel::Event& event) {
    if (portrait_.events == 0) portrait_.start_ns = event.time;
    if (event.thread >= portrait_.threads.size()) portrait_.threads.resize(event.thread + size_t{1});
    ThreadPortrait& thread = portrait_.threads[event.thread];
    if (thread.first_ns == 0) thread.first_ns = event.time;
    thread.last_ns = event.time;
    return thread;
  }

  void add_death(const reel::Event& event, const LiveBlock& block, uint64_t asked_bytes, ThreadPortrait& thread) {
    ++thread.deaths;
    if (block.thread != event.thread) ++thread.remote_deaths;
    portrait_.life_events.add(portrait_.events - block.born_event);
    portrait_.life_bytes.add(asked_bytes - block.born_bytes);
    portrait_.life_ns.add(event.time - block.born_ns);
    if (reel::traits(event.op).reallocates && block.size > 0) portrait_.growth.add(event.size * 100 / block.size);
  }

  void add_peak(const reel::Event& event) {
    portrait_.live_peak_objects = std::max(portrait_.live_peak_objects, live_.objects());
    if (live_.bytes() <= portrait_.live_peak_bytes) return;
    portrait_.live_peak_bytes = live_.bytes();
    portrait_.live_peak_event = portrait_.events;
    portrait_.live_peak_ns = event.time;
  }

  Portrait& portrait_;
  const Onlooker& onlooker_;
  LiveBlocks live_;
};

std::string in_words(std::string_view name, const Spread& spread, std::string_view unit) {
  if (spread.count() == 0) return fmt::format("{:9}none\n", name);
  return fmt::format("{:9}{} to {} {}, mean {:.1f}; 10/50/90/99 %: {:.0f} {:.0f} {:.0f} {:.0f}\n", name, spread.least(),
                     spread.most(), unit, spread.mean(), spread.quantile(0.1), spread.quantile(0.5),
                     spread.quantile(0.9), spread.quantile(0.99));
}

}  // namespace

Portrait portray(reel::EventStream& stream, const Onlooker& onlooker) {
  Portrait portrait;
  Painter painter(portrait, onlooker);
  reel::ContentId id;
  reel::EventBatch batch;
  for (;;) {
    const auto more = stream.next(batch);
    if (!more) ADD_FAILURE() << more.error().what;
    if (!more || !*more) break;
    if (batch.first_event != portrait.events) ADD_FAILURE() << "a batch starts at " << batch.first_event;
    id.add(batch);
    for (const reel::Event& event : batch.events) painter.add(event);
  }
  painter.finish();
  portrait.content_id = base::to_hex(id.finish());
  return portrait;
}

Portrait portray(const workloads::GenerateRequest& request, const Onlooker& onlooker) {
  const auto production = workloads::prepare(request);
  if (!production) {
    ADD_FAILURE() << production.error().what << ": " << production.error().why;
    return {};
  }
  return portray(*production->stage, onlooker);
}

std::string in_words(const Portrait& portrait) {
  std::string text = fmt::format(
      "{} events in {:.3f} s of {} threads, {:.0f} events/s, {:.2f} % of deaths remote\n"
      "live     peak {} bytes at event {}, peak {} objects, end {} bytes in {} objects\n",
      portrait.events, portrait.seconds(), portrait.threads.size(), portrait.events_per_second(),
      100 * portrait.remote_share(), portrait.live_peak_bytes, portrait.live_peak_event, portrait.live_peak_objects,
      portrait.live_end_bytes, portrait.live_end_objects);
  text += in_words("sizes", portrait.sizes, "bytes") + in_words("lives", portrait.life_events, "events") +
          in_words("", portrait.life_bytes, "bytes") + in_words("", portrait.life_ns, "ns") +
          in_words("growth", portrait.growth, "%") + "calls   ";
  for (size_t i = 0; i < portrait.by_op.size(); ++i)
    if (portrait.by_op[i] != 0)
      text += fmt::format(" {} {}", reel::traits(static_cast<reel::Op>(i)).name, portrait.by_op[i]);
  text += "\n";
  for (size_t i = 0; i < portrait.threads.size() && i < 16; ++i) {
    const ThreadPortrait& each = portrait.threads[i];
    text += fmt::format("thread {:<2}{} births, {} deaths, {} remote, {:.3f} to {:.3f} s\n", i, each.births,
                        each.deaths, each.remote_deaths, static_cast<double>(each.first_ns) / 1e9,
                        static_cast<double>(each.last_ns) / 1e9);
  }
  for (const std::string& fault : portrait.faults) text += "fault: " + fault + "\n";
  return text;
}

}  // namespace heapreel::tests
