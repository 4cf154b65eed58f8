// The samples of sample_reels.h.
#include "tests/trace_format/sample_reels.h"

#include "tests/trace_format/reels.h"
#include "tests/trace_format/true_history.h"

namespace heapreel::tests {
namespace {

using reel::CaptureOptions;
using reel::TimeKeeping;

// What a packed sample is made of: the blocks are written under a fixed id.
void write_packed(const std::string& from, const std::string& to, const reel::PackOptions& options) {
  pack_to(from, to, options, 4000);
  // pack_file gives a random id; the same blocks under ours make the file the same every time.
  const auto packed = reel::ReelFile::open(to);
  require(packed);
  auto writer = reel::ReelWriter::create(to, true, kTestId);
  require(writer);
  for (const reel::BlockEntry& entry : packed->blocks()) {
    const auto header = packed->read_header(entry);
    base::Buffer body;
    require(packed->read_body(entry, *header, body));
    require(writer->append(*header, body));
  }
  require(writer->finish());
}

// Frees of every kind: told the truth, told a lie, of the unknown, of null.
void add_frees(std::vector<Event>& events, uint64_t& address, uint64_t& time) {
  for (const Op op : kinds_where([](const auto& kind) { return kind.frees; })) {
    const reel::OpTraits& kind = reel::traits(op);
    for (const uint64_t lie : {0, 0, 8}) {
      Event born = malloc_of(time += 7, 2, 40, address += 64);
      born.align_log2 = kind.aligned ? 6 : 0;
      Event freed = with(free_of(time += 5, 2, address), op, 0, born.align_log2);
      freed.size = kind.sized ? 40 + lie : 0;
      events.insert(events.end(), {born, freed});
    }
    events.push_back(with(free_of(time += 5, 2, 0), op));
    events.push_back(with(free_of(time += 5, 2, 0), op, reel::kRuntime));
  }
  events.push_back(free_of(time += 5, 2, 0xDEAD0));
}

void add_allocations(std::vector<Event>& events, uint64_t& address, uint64_t& time) {
  for (const Op op : kinds_where([](const auto& kind) { return kind.allocates && !kind.reallocates; })) {
    events.push_back(with(malloc_of(time += 9, 1, 100, address += 128), op));
    events.push_back(with(malloc_of(time += 9, 1, 100, 0), op, reel::kFailed, 4));
    events.push_back(with(malloc_of(time += 9, 1, 3000, address += 4096), op, reel::kRuntime, 12));
  }
}

void add_reallocs(std::vector<Event>& events, uint64_t& address, uint64_t& time) {
  for (const Op op : {Op::kRealloc, Op::kReallocarray}) {
    const uint64_t first = address += 256;
    const uint64_t second = address += 256;
    events.push_back(with(realloc_of(time += 9, 1, 10, 0, first), op, reel::kNullOld));
    events.push_back(with(realloc_of(time += 9, 1, 20, first, first, 3), op));
    events.push_back(with(realloc_of(time += 9, 1, 30, first, second, 4), op, reel::kMoved));
    events.push_back(with(realloc_of(time += 9, 1, uint64_t{1} << 50, second, 0, 1), op, reel::kFailed));
    events.push_back(with(realloc_of(time += 9, 1, 0, second, 0, 2), op, reel::kNoResult));
    events.push_back(with(realloc_of(time += 9, 1, 50, 0xBEEF0, address += 256, 2), op, reel::kMoved));
  }
}

std::vector<Event> many_threads_events() {
  std::vector<Event> events;
  for (uint64_t i = 0; i < 1000; ++i)
    events.push_back(malloc_of(10 * i, static_cast<uint32_t>(i), 16, 0x10000 + i * 32));
  return events;
}

std::vector<Event> huge_sizes_events() {
  std::vector<Event> events;
  for (unsigned bit = 0; bit < 64; ++bit)
    for (const uint64_t size : {(uint64_t{1} << bit) - 1, uint64_t{1} << bit})
      events.push_back(malloc_of(events.size(), 1, size, 0x1000 + events.size() * 16));
  events.push_back(with(malloc_of(events.size(), 1, ~uint64_t{0}, 0), Op::kCalloc, reel::kFailed));
  events.push_back(with(malloc_of(events.size(), 1, 1, 0), Op::kMemalign, reel::kFailed, 63));
  return events;
}

std::vector<Event> ten_years_events() {
  std::vector<Event> events;
  constexpr uint64_t kDay = uint64_t{86400} * 3'000'000'000;
  for (uint64_t day = 0; day < 3653; day += 300) {
    events.push_back(malloc_of(day * kDay, 1, 8, 0x1000 + day * 16));
    events.push_back(free_of((day + 29) * kDay, 1, 0x1000 + day * 16));
  }
  return events;
}

// Every kind again, in plain blocks, with call stacks and their tree.
void write_plain(const std::string& path) {
  auto writer = reel::ReelWriter::create(path, true, kTestId);
  require(writer);
  const CaptureOptions options{.block_events = 64, .plain = true};
  reel::proto::Metadata head = head_of(options);
  reel::proto::StackNodes& nodes = *head.add_stacks();
  for (uint32_t node = 1; node <= 9; ++node) {
    nodes.add_parents(node / 2);
    nodes.add_modules(node % 3);
    nodes.add_offsets(0x1000 + node * 16);
  }
  require(writer->append(head));
  reel::CaptureWriter capture(*writer, options);
  uint32_t stack = 0;
  for (Event event : every_kind_events()) {
    if (reel::traits(event.op).allocates) event.stack = stack++ % 10;
    ASSERT_TRUE(capture.add(event));
  }
  require(capture.flush());
  reel::proto::Metadata tail;
  tail.mutable_ending()->set_cause(reel::proto::Ending::FINISHED);
  tail.mutable_ending()->set_events(every_kind_events().size());
  require(writer->append(tail));
  require(writer->finish());
}

void copy_damaged(const std::string& folder) {
  const base::Buffer whole = read_bytes(folder + "/every_kind.reel");
  write_bytes(folder + "/truncated.reel", base::Bytes(whole).first(whole.size() * 2 / 3));
  base::Buffer flipped = whole;
  flipped[whole.size() / 2] ^= 0x10;
  write_bytes(folder + "/flipped.reel", flipped);
}

}  // namespace

std::vector<Event> every_kind_events() {
  std::vector<Event> events;
  uint64_t address = 0x5555'0000;
  uint64_t time = 1000;
  events.push_back(with(malloc_of(time, 1, 77, address += 64), Op::kInherited, 0, 5));
  add_allocations(events, address, time);
  add_reallocs(events, address, time);
  add_frees(events, address, time);
  events.push_back(note_of(time += 3, 3, Op::kThreadStart, 2));
  events.push_back(with(free_of(time += 3, 3, 0x5555'0000 + 64), Op::kUsableSize));
  events.push_back(note_of(time += 3, 3, Op::kMark, 42));
  events.push_back(note_of(time += 3, 3, Op::kGap, 12));
  events.push_back(note_of(time += 3, 3, Op::kThreadEnd));
  return events;
}

void write_sample_reels(const std::string& folder) {
  const auto file = [&folder](const char* name) { return folder + "/" + name + ".reel"; };
  const CaptureOptions small{.block_events = 64};
  write_capture(file("empty"), {});
  write_capture(file("one_event"), {malloc_of(1000, 3, 24, 0x7000)});
  write_capture(file("every_kind"), every_kind_events(), small);
  write_packed(file("every_kind"), file("every_kind_packed"), {.block_events = 100, .times = TimeKeeping::kExact});
  write_plain(file("plain"));
  write_capture(file("many_threads"), many_threads_events());
  write_packed(file("many_threads"), file("many_threads_packed"), {.times = TimeKeeping::kExact});
  std::filesystem::remove(file("many_threads"));
  std::filesystem::rename(file("many_threads_packed"), file("many_threads"));
  write_capture(file("huge_sizes"), huge_sizes_events());
  write_capture(file("ten_years"), ten_years_events(), {.ticks_per_second = 3'000'000'000});
  const TrueHistory history = HistoryMaker(11, {.threads = 5, .skew_ticks_max = 1000, .events = 600}).make();
  write_capture(file("cross_thread"), history.capture, {.block_events = 50});
  write_packed(file("cross_thread"), file("packed_exact_addresses"),
               {.block_events = 200, .times = TimeKeeping::kExact, .keep_addresses = true});
  write_packed(file("cross_thread"), file("packed_curve"), {.block_events = 200, .times = TimeKeeping::kWithin});
  write_packed(file("cross_thread"), file("packed_no_time"), {.block_events = 200, .times = TimeKeeping::kNone});
  copy_damaged(folder);
}

}  // namespace heapreel::tests
