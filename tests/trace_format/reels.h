// Whole reels in tests: written from events by the real writers, and read back to the last event.
#pragma once

#include <fstream>
#include <gtest/gtest.h>

#include "tests/trace_format/memory_file.h"
#include "tests/trace_format/temporary.h"
#include "trace_format/pack/pack.h"
#include "trace_format/resolve/event_stream.h"
#include "trace_format/store/capture_writer.h"
#include "trace_format/wire/reel.pb.h"

namespace heapreel::tests {

using reel::Event;

inline constexpr reel::ReelWriter::Id kTestId = {0xA1, 0xB2, 0xC3, 0xD4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

inline base::Buffer read_bytes(const std::string& path) {
  auto bytes = base::read_file(path, uint64_t{1} << 30);
  EXPECT_TRUE(bytes.has_value()) << bytes.error().what << ": " << bytes.error().why;
  return bytes ? std::move(*bytes) : base::Buffer{};
}

inline void write_bytes(const std::string& path, base::Bytes bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  EXPECT_TRUE(file.good()) << path;
}

template <class Outcome>
void require(const Outcome& outcome) {
  ASSERT_TRUE(outcome.has_value()) << outcome.error().what << ": " << outcome.error().why;
}

inline reel::proto::Metadata head_of(const reel::CaptureOptions& options) {
  reel::proto::Metadata head;
  head.mutable_producer()->set_name("heapreel tests");
  head.mutable_clock()->set_source(reel::proto::Clock::SYNTHETIC);
  head.mutable_clock()->set_ticks_per_second(options.ticks_per_second);
  head.mutable_capture()->set_time_quantum(options.time_quantum);
  return head;
}

// A capture of events that name objects by address: metadata, events, ending, index.
inline void write_capture(const std::string& path, const std::vector<Event>& events,
                          const reel::CaptureOptions& options = {}) {
  auto writer = reel::ReelWriter::create(path, true, kTestId);
  require(writer);
  require(writer->append(head_of(options)));
  reel::CaptureWriter capture(*writer, options);
  for (const Event& event : events) ASSERT_TRUE(capture.add(event));
  require(capture.flush());
  reel::proto::Metadata tail;
  tail.mutable_ending()->set_cause(reel::proto::Ending::FINISHED);
  tail.mutable_ending()->set_events(events.size());
  require(writer->append(tail));
  require(writer->finish());
}

// Everything a stream handed out, in one piece.
struct Reading {
  std::vector<Event> events{};
  std::vector<uint64_t> addresses{};
  std::vector<reel::SecondFree> second_frees{};  // by position in all events
  reel::StreamNotes notes{};
};

inline Reading read_events(const reel::ReelFile& file, unsigned threads = 0, const reel::StreamOptions& options = {}) {
  base::WorkerPool pool(threads);
  Reading reading;
  const auto stream = reel::open_events(file, pool, options);
  EXPECT_TRUE(stream.has_value());
  reel::EventBatch batch;
  while (stream) {
    const auto more = (*stream)->next(batch);
    EXPECT_TRUE(more.has_value());
    if (!more || !*more) break;
    EXPECT_EQ(reading.events.size() + (*stream)->notes().events_lost, batch.first_event);
    for (const reel::SecondFree& second : batch.second_frees)
      reading.second_frees.push_back({second.position + static_cast<uint32_t>(reading.events.size()), second.object});
    reading.events.insert(reading.events.end(), batch.events.begin(), batch.events.end());
    reading.addresses.insert(reading.addresses.end(), batch.addresses.begin(), batch.addresses.end());
  }
  if (stream) reading.notes = (*stream)->notes();
  return reading;
}

inline Reading read_events(const std::string& path, unsigned threads = 0, const reel::StreamOptions& options = {}) {
  const auto file = reel::ReelFile::open(path);
  EXPECT_TRUE(file.has_value()) << file.error().why;
  return file ? read_events(*file, threads, options) : Reading{};
}

// Packs a reel; returns what pack says of it.
inline reel::PackResult pack_to(const std::string& from, const std::string& to, const reel::PackOptions& options,
                                uint64_t time_error_ns = 4000) {
  const auto file = reel::ReelFile::open(from);
  EXPECT_TRUE(file.has_value());
  base::WorkerPool pool(1);
  auto result = reel::pack_file(*file, to, true, pool, options, time_error_ns);
  EXPECT_TRUE(result.has_value()) << result.error().what << ": " << result.error().why;
  return result ? std::move(*result) : reel::PackResult{};
}

}  // namespace heapreel::tests
