// What the collector does when it is asked: status, start, stop, snapshot.
//
// Answers are one JSON object, schema heapreel.ctl/1; an object with "error" says why nothing was done. A pause leaves
// a note in the reel of every process that lived through it: what was freed meanwhile is missing from the record.
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "recorder/collector/collector.h"
#include "recorder/collector/mend.h"

namespace heapreel::collector {
namespace {

using Json = nlohmann::ordered_json;

const char* name_of(ring::Recording recording) {
  switch (recording) {
    case ring::Recording::kDormant:
      return "paused";
    case ring::Recording::kOn:
    case ring::Recording::kAbandoned:
      return "recording";
    case ring::Recording::kOver:
      break;
  }
  return "over";
}

std::string text_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string refusal(const std::string& why) { return text_of({{"error", why}}); }

}  // namespace

// A child that has exec'd under another user has not greeted us yet, but its parent may have.
bool Collector::is_family(int pid) {
  if (pid <= 0) return false;
  for (int generation = 0; generation < 16 && pid > 1; ++generation) {
    if (pid == root_pid_ || with_pid(pid) != nullptr) return true;
    pid = parent_of(pid);
  }
  return false;
}

std::string Collector::answer(const std::string& request) {
  if (request == "status") return status_text();
  if (request == "start" || request == "stop") return switch_recording(request == "start");
  if (request == "snapshot") return snapshot();
  return refusal("unknown request");
}

std::string Collector::status_text() {
  report();
  show_memory();
  Json processes = Json::array();
  for (const auto& [record, process] : processes_) {
    Json entry = {{"pid", process->pid}, {"executable", process->facts.executable}, {"recorded", process->wanted}};
    if (process->reel != nullptr) {
      entry["reel"] = process->reel->path();
      entry["events"] = process->reel->events();
      entry["bytes"] = process->reel->bytes();
      entry["live_bytes"] = process->reel->live_bytes();
      entry["rss_bytes"] = process->reel->memory_totals().last.rss_anon_bytes;
      entry["lost"] = process->reel->lost();
    }
    processes.push_back(std::move(entry));
  }
  return text_of({{"schema", "heapreel.ctl/1"},
                  {"state", name_of(pool_.header->recording.load())},
                  {"collector", getpid()},
                  {"launcher", getppid()},
                  {"command", root_pid_},
                  {"events", board_.events.load()},
                  {"bytes", board_.bytes.load()},
                  {"live_bytes", board_.live_bytes.load()},
                  {"rss_bytes", board_.rss_bytes.load()},
                  {"lost", board_.lost.load()},
                  {"trouble", std::string(board_.trouble.data())},
                  {"processes", processes}});
}

std::string Collector::switch_recording(bool on) {
  std::atomic<ring::Recording>& recording = pool_.header->recording;
  const bool is_on = recording.load() != ring::Recording::kDormant;
  if (on == is_on) return status_text();
  if (on) {
    recording.store(ring::Recording::kOn);
    for (const auto& [record, process] : processes_)
      if (process->reel != nullptr) process->reel->note_pause(paused_at_, clock_.now());
    return status_text();
  }
  recording.store(ring::Recording::kDormant);
  paused_at_ = clock_.now();
  pool_.header->space.fetch_add(1);
  wake(pool_.header->space, 1 << 30);
  drain_full();
  sweep_active(nullptr);
  return status_text();
}

// What has been read so far, copied into a reel of its own.
std::string Collector::snapshot() {
  drain_full();
  sweep_active(nullptr);
  ++snapshots_;
  Json reels = Json::array();
  for (const auto& [record, process] : processes_) {
    if (process->reel == nullptr) continue;
    process->reel->flush();
    const std::string output = with_word(process->reel->path(), fmt::format("snapshot-{}", snapshots_));
    reel::proto::Ending ending;
    ending.set_cause(reel::proto::Ending::STOPPED);
    ending.set_detail("snapshot: the recording went on");
    ending.set_end(process->reel->window() != nullptr ? process->reel->reel_time(clock_.now()) : 0);
    const auto add_window = [&process](reel::ReelWriter& to) {
      return process->reel->window() != nullptr ? process->reel->write_window(to) : base::Status{};
    };
    const std::string& part = process->reel->part_path();
    if (auto copied = copy_unfinished(part, output, ending, options_.overwrite, add_window); !copied)
      return refusal(fmt::format("{}: {}", copied.error().what, copied.error().why));
    reels.push_back(output);
  }
  if (reels.empty()) return refusal("no process is being recorded");
  return text_of({{"schema", "heapreel.ctl/1"}, {"reels", reels}});
}

}  // namespace heapreel::collector
