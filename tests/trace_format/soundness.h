// What `heapreel check` would say of a file, layer by layer: opening, the file, its metadata, the blocks nobody opens,
// the blocks of events, and the story that the events tell. A corruption is *noticed* if any layer says a word.
#pragma once

#include <string>
#include <vector>

#include "trace_format/store/metadata.h"
#include "trace_format/store/stack_tree.h"
#include "trace_format/summary/summary.h"

namespace heapreel::tests {

struct Verdict {
  bool opened = false;
  base::Error error{};  // if it could not be opened, or read on
  std::vector<reel::Damage> damage{};
  std::vector<std::string> contradictions{};
  uint64_t events = 0;
  uint64_t events_lost = 0;
  reel::Summary summary{};

  bool sound() const { return opened && damage.empty() && contradictions.empty(); }
  // All that was said, for messages and for looking up a word.
  std::string text() const {
    std::string all = opened ? "" : error.what + ": " + error.why + "; ";
    for (const reel::Damage& one : damage) all += one.what + " at " + std::to_string(one.offset) + "; ";
    for (const std::string& one : contradictions) all += one + "; ";
    return all;
  }
  bool says(const std::string& words) const { return text().find(words) != std::string::npos; }
};

inline void check_other_blocks(const reel::ReelFile& file, Verdict& verdict) {
  base::Buffer body;
  for (const reel::BlockEntry& entry : file.blocks()) {
    const bool opened_elsewhere =
        entry.holds_events() || entry.type == reel::BlockType::kMetadata || entry.type == reel::BlockType::kPrivate;
    if (opened_elsewhere) continue;
    const auto header = file.read_header(entry);
    const auto status = header ? file.read_body(entry, *header, body) : base::fail(header.error());
    if (!status) verdict.damage.push_back({.offset = entry.offset, .what = status.error().why});
  }
}

inline void check_events(const reel::ReelFile& file, const reel::ReelMetadata& metadata, base::WorkerPool& pool,
                         Verdict& verdict) {
  const auto note = [&verdict](const reel::Contradiction& it) {
    verdict.contradictions.push_back("contradiction at event " + std::to_string(it.position));
  };
  auto stream = reel::open_events(file, pool);
  auto summary = stream ? reel::summarize(**stream, {.content_id = true, .on_contradiction = note})
                        : base::Result<reel::Summary>(base::fail(stream.error()));
  if (!summary) {
    verdict.opened = false;
    verdict.error = summary.error();
    return;
  }
  verdict.damage.insert(verdict.damage.end(), summary->damage.begin(), summary->damage.end());
  verdict.events = summary->counts.events;
  verdict.events_lost += summary->events_lost;
  const std::string& stored = metadata.shared.ending().content_id();
  if (!stored.empty() &&
      base::to_hex(base::as_bytes(stored.data(), stored.size())) != base::to_hex(summary->content_id))
    verdict.contradictions.emplace_back("content id differs");
  for (const std::string& fault : reel::StackTree(metadata.shared).faults(summary->counts.stack_max))
    verdict.contradictions.push_back(fault);
  verdict.summary = std::move(*summary);
}

inline Verdict verdict_of(const std::string& path, unsigned threads = 0) {
  Verdict verdict;
  const auto file = reel::ReelFile::open(path);
  const auto metadata = file ? reel::read_metadata(*file) : base::Result<reel::ReelMetadata>(base::fail(file.error()));
  if (!metadata) {
    verdict.error = metadata.error();
    return verdict;
  }
  verdict.opened = true;
  verdict.damage = file->damage();
  for (const reel::Damage& one : file->damage()) verdict.events_lost += one.events_lost;
  verdict.damage.insert(verdict.damage.end(), metadata->damage.begin(), metadata->damage.end());
  check_other_blocks(*file, verdict);
  base::WorkerPool pool(threads);
  check_events(*file, *metadata, pool, verdict);
  return verdict;
}

}  // namespace heapreel::tests
