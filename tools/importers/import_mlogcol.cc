// MLOGCOL recordings as capture reels.
#include "tools/importers/import.h"
#include "tools/importers/mlogcol.h"
#include "trace_format/store/capture_writer.h"
#include "trace_format/wire/reel.pb.h"

namespace heapreel::importers {
namespace {

// The format does not carry its clock's rate; this is the rate of the machine that the known recordings come from.
constexpr uint64_t kKnownTicksPerSecond = 2'596'138'000;
constexpr uint64_t kProgressEvery = 1U << 20;

reel::proto::Metadata metadata_of(uint64_t ticks_per_second) {
  reel::proto::Metadata metadata;
  metadata.mutable_producer()->set_name("heapreel import");
  metadata.mutable_producer()->set_source_format("mlogcol");
  metadata.mutable_clock()->set_source(reel::proto::Clock::TSC);
  metadata.mutable_clock()->set_ticks_per_second(ticks_per_second);
  metadata.mutable_capture()->set_time_quantum(1);
  metadata.mutable_processes()->Add()->set_serial(1);
  return metadata;
}

}  // namespace

base::Result<ImportResult> import_mlogcol(const ImportRequest& request) {
  auto reader = MlogcolReader::open(request.input);
  if (!reader) return base::fail(std::move(reader).error());
  auto writer = reel::ReelWriter::create(request.output, request.overwrite);
  if (!writer) return base::fail(std::move(writer).error());
  const uint64_t hz = request.ticks_per_second != 0 ? request.ticks_per_second : kKnownTicksPerSecond;
  reel::proto::PrivateMetadata confidential;
  confidential.set_source(request.input);
  HEAPREEL_TRY(writer->append(metadata_of(hz)));
  HEAPREEL_TRY(writer->append(confidential));

  reel::CaptureWriter capture(*writer, {.ticks_per_second = hz});
  reel::Event event;
  uint64_t done = 0;
  while (reader->next(event) && capture.add(event))
    if (++done % kProgressEvery == 0 && request.on_progress) request.on_progress(done);
  HEAPREEL_TRY(reader->status());
  HEAPREEL_TRY(capture.flush());
  reel::proto::Metadata tail;
  tail.mutable_ending()->set_cause(reel::proto::Ending::FINISHED);
  tail.mutable_ending()->set_events(done);
  HEAPREEL_TRY(writer->append(tail));
  HEAPREEL_TRY(writer->finish());
  ImportResult result;
  result.events = done;
  result.bytes = writer->bytes();
  result.format = &mlogcol_format();
  return result;
}

const FormatSpec& mlogcol_format() {
  static const FormatSpec spec{
      .name = "mlogcol",
      .help = "a columnar malloc log (MLOGCOL1), plain or in a .zst file",
      .lacks = {},
      .looks_like = [](std::string_view head) { return head.starts_with("MLOGCOL1") ? 100 : 0; },
      .open = nullptr};
  return spec;
}

}  // namespace heapreel::importers
