// Any bytes as a trace: the first byte says of which format, the rest is the file. Calls come out that make a sound
// stream, or an error says why not; and however it ends, what was complained of has been counted.
#include <cstdlib>

#include "tests/trace_format/memory_file.h"
#include "tools/importers/frame/format_table.h"
#include "tools/importers/frame/named_stream.h"
#include "trace_format/wire/limits.h"

namespace {

using namespace heapreel;

constexpr size_t kBytesMax = 1U << 14;       // so that a run is quick
constexpr uint64_t kBytesOutMax = 1U << 22;  // what a compressed file may become, for the same reason

void require(bool holds) {
  if (!holds) std::abort();
}

// Made of its name, so that a seed stays of its format when others join. No two have the same.
uint8_t letter_of(const importers::FormatSpec& format) {
  unsigned sum = 0;
  for (const char c : format.name) sum = sum * 31 + static_cast<unsigned char>(c);
  return static_cast<uint8_t>(sum);
}

const importers::FormatSpec& format_by(uint8_t letter) {
  const auto formats = importers::all_formats();
  for (const importers::FormatSpec* format : formats)
    if (letter_of(*format) == letter) return *format;
  return *formats[letter % formats.size()];
}

// Objects are numbered in order of birth, live when they are used, and die once; times never fall.
class Judge {
 public:
  void see(const reel::Event& event) {
    require(reel::is_known(static_cast<uint8_t>(event.op)) && (event.flags & ~reel::kFlagMask) == 0);
    require(event.thread < reel::limits::kThreads && event.align_log2 < 64 && event.time >= time_);
    time_ = event.time;
    if (reel::has_old(event.op, event.flags)) require(live_.find(event.old_object) != nullptr);
    uint8_t gone = 0;
    if (reel::releases_old(event.op, event.flags)) require(live_.remove(event.old_object, gone));
    if (reel::births(event.op, event.flags)) {
      require(event.object == ++births_);
      require(live_.try_add(event.object, 1));
    } else if (event.object != reel::kNoObject) {
      require(reel::traits(event.op).frees ? live_.remove(event.object, gone) : live_.find(event.object) != nullptr);
    }
  }

 private:
  base::FlatMap<uint8_t> live_;
  uint64_t births_ = 0;
  uint64_t time_ = 0;
};

// Whether the file expands to something small.
bool is_small(const std::string& path) {
  auto input = importers::Input::open(path);
  while (input && input->offset() < kBytesOutMax) {
    const auto bytes = input->next_bytes(importers::kHeadBytes);
    if (!bytes || bytes->empty()) return true;
  }
  return !input;
}

void read_all(importers::TraceReader& reader) {
  importers::NamedStream stream(reader);
  reel::EventBatch batch;
  Judge judge;
  for (;;) {
    const auto more = stream.next(batch);
    if (!more) require(!more.error().why.empty() && !more.error().hint.empty());
    if (!more || !*more) break;
    for (const reel::Event& event : batch.events) judge.see(event);
  }
  require(reader.bad_lines().first().size() <= reader.bad_lines().count());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0 || size > kBytesMax) return 0;
  const importers::FormatSpec& format = format_by(data[0]);
  const tests::MemoryFile file({data + 1, size - 1});
  if (format.open == nullptr || !is_small(file.path())) return 0;
  auto input = importers::Input::open(file.path());
  if (!input) return 0;
  const auto head = input->head();
  if (!head) return 0;
  const int confidence = format.looks_like(*head);
  require(confidence >= 0 && confidence <= 100);
  (void)importers::likeliest_format(*head);
  auto reader = format.open(std::move(*input), {.bad_lines_max = 50});
  if (reader)
    read_all(**reader);
  else
    require(!reader.error().why.empty() && !reader.error().hint.empty());
  return 0;
}
