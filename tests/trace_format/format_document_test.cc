// The worked example of docs/reel-format.md is what the writer writes, byte for byte.
//
// Run with HEAPREEL_UPDATE_EXAMPLE=1 to print the example anew after a deliberate change of the format.
#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>
#include <iostream>
#include <sstream>

#include "tests/trace_format/temporary.h"
#include "trace_format/store/capture_writer.h"
#include "trace_format/wire/reel.pb.h"

namespace heapreel::reel {
namespace {

std::vector<Event> example_events() {
  std::vector<Event> events(6);
  for (Event& event : events) event.thread = 1;
  const auto set = [&events](size_t i, uint64_t time, Op op, uint64_t size, uint64_t object) {
    events[i].time = time;
    events[i].op = op;
    events[i].size = size;
    events[i].object = object;
  };
  set(0, 10, Op::kMalloc, 24, 0x1000);
  set(1, 20, Op::kMalloc, 24, 0x1020);
  set(2, 30, Op::kFree, 0, 0x1020);
  set(3, 45, Op::kCalloc, 100, 0x1040);
  set(4, 70, Op::kRealloc, 400, 0x10C0);
  events[4].old_object = 0x1000;
  events[4].duration = 5;
  events[4].flags = kMoved;
  set(5, 80, Op::kFree, 0, 0xFF0);
  return events;
}

base::Buffer example_reel() {
  const tests::TemporaryFolder folder;
  const std::string path = folder.file("example.reel");
  ReelWriter::Id id{};
  for (size_t i = 0; i < id.size(); ++i) id[i] = static_cast<uint8_t>(i + 1);
  auto writer = ReelWriter::create(path, false, id);
  proto::Metadata metadata;
  metadata.mutable_clock()->set_ticks_per_second(1'000'000'000);
  EXPECT_TRUE(writer->append(metadata));
  CaptureWriter capture(*writer, {});
  for (const Event& event : example_events()) EXPECT_TRUE(capture.add(event));
  EXPECT_TRUE(capture.flush());
  EXPECT_TRUE(writer->finish());
  return *base::read_file(path, 1U << 20);
}

std::string hex_dump(const base::Buffer& bytes) {
  std::ostringstream out;
  for (size_t at = 0; at < bytes.size(); at += 16) {
    char line[80];
    std::snprintf(line, sizeof line, "    %04zx ", at);
    out << line;
    for (size_t i = at; i < std::min(at + 16, bytes.size()); ++i) {
      std::snprintf(line, sizeof line, " %02x", bytes[i]);
      out << line;
    }
    out << '\n';
  }
  return out.str();
}

// The lines of the document that look like a hex dump.
std::string documented_dump() {
  std::ifstream document(HEAPREEL_SOURCE_DIR "/docs/reel-format.md");
  std::string line;
  std::string dump;
  while (std::getline(document, line)) {
    const bool is_dump = line.size() > 10 && line.starts_with("    ") && line.substr(8, 2) == "  " &&
                         line.find_first_not_of("0123456789abcdef", 4) == 8;
    if (is_dump) dump += line + '\n';
  }
  return dump;
}

TEST(FormatDocument, WorkedExampleIsWhatTheWriterWrites) {
  const std::string dump = hex_dump(example_reel());
  if (std::getenv("HEAPREEL_UPDATE_EXAMPLE") != nullptr) std::cout << dump;
  EXPECT_EQ(documented_dump(), dump);
}

}  // namespace
}  // namespace heapreel::reel
