// A trace's events into a packed reel, with what is known of them and what is not.
#include <algorithm>
#include <fmt/format.h>
#include <thread>

#include "tools/importers/import.h"
#include "trace_format/base/ticks.h"
#include "trace_format/pack/pack.h"
#include "trace_format/wire/reel.pb.h"

namespace heapreel::importers {
namespace {

constexpr uint32_t kKernelTidMax = (uint32_t{1} << 31) - 1;  // larger numbers stand for other names
constexpr size_t kThreadsListedMax = 100'000;                // metadata is bounded; traces have far fewer

std::vector<Lack> lacks_of(const FormatSpec& format, const TraceReader& reader) {
  std::vector<Lack> lacks;
  std::ranges::copy_if(format.lacks, std::back_inserter(lacks), [&](const Lack& it) { return reader.lacks(it.what); });
  return lacks;
}

base::Status write_head(reel::ReelWriter& writer, const ImportRequest& request, const FormatSpec& format,
                        const std::vector<Lack>& lacks) {
  reel::proto::Metadata metadata;
  metadata.mutable_producer()->set_name("heapreel import");
  metadata.mutable_producer()->set_source_format(std::string(format.name));
  metadata.mutable_clock()->set_ticks_per_second(base::kNsPerSecond);
  metadata.mutable_processes()->Add()->set_serial(1);
  auto& options = *metadata.mutable_capture()->mutable_options();
  for (const Lack& lack : lacks) options[fmt::format("assumed.{}", lack.what)] = lack.assumed;
  reel::proto::PrivateMetadata confidential;
  confidential.set_source(request.input);
  HEAPREEL_TRY(writer.append(metadata));
  return writer.append(confidential);
}

void list_threads(const NamedStream& stream, reel::proto::Metadata& metadata,
                  reel::proto::PrivateMetadata& confidential) {
  for (const SourceThread& source : stream.threads()) {
    if (static_cast<size_t>(metadata.threads_size()) == kThreadsListedMax) return;
    reel::proto::Thread& thread = *metadata.add_threads();
    thread.set_serial(source.serial);
    thread.set_process_serial(1);
    thread.set_start(source.first_time);
    thread.set_end(source.last_time);
    if (source.number > kKernelTidMax) continue;
    reel::proto::ThreadName& name = *confidential.add_threads();
    name.set_serial(source.serial);
    name.set_kernel_tid(source.number);
  }
}

base::Status write_tail(reel::ReelWriter& writer, const NamedStream& stream, const reel::PackResult& packed,
                        const reel::PackOptions& options) {
  reel::proto::Metadata tail;
  reel::proto::PrivateMetadata confidential;
  list_threads(stream, tail, confidential);
  tail.mutable_clock()->set_origin_ticks(stream.origin_ns());
  reel::proto::Ending& ending = *tail.mutable_ending();
  ending.set_cause(reel::proto::Ending::FINISHED);
  ending.set_content_id(packed.content_id.data(), packed.content_id.size());
  ending.set_events(packed.events);
  reel::proto::Packing& packing = *tail.mutable_packing();
  packing.set_level(static_cast<uint32_t>(options.level));
  packing.set_no_time(options.times == reel::TimeKeeping::kNone);
  packing.set_implied_frees(stream.repairs().implied_frees);
  HEAPREEL_TRY(writer.append(tail));
  HEAPREEL_TRY(writer.append(confidential));
  return writer.finish();
}

// A file of which nothing was understood is no trace, however few lines it has.
base::Status refuse_nothing(const TraceReader& reader, const NamedStream& stream) {
  const BadLines& bad = reader.bad_lines();
  if (stream.events() > 0 || bad.count() == 0) return {};
  const BadLine& first = bad.first().front();
  return base::fail(
      {.code = base::ErrorCode::kBadInput,
       .what = std::string(kCannotImport),
       .why = fmt::format("nothing in it makes sense; line {}: {}: '{}'", first.number, first.why, first.text),
       .hint = "check that it is the file you mean"});
}

ImportResult result_of(const FormatSpec& format, const TraceReader& reader, const NamedStream& stream) {
  return {.events = stream.events(),
          .bytes = 0,
          .format = &format,
          .lacks = lacks_of(format, reader),
          .lines = reader.lines(),
          .threads = stream.threads().size(),
          .objects = stream.objects(),
          .objects_live_end = stream.objects_live(),
          .objects_live_peak = stream.objects_live_peak(),
          .repairs = stream.repairs(),
          .bad_lines = reader.bad_lines().count(),
          .first_bad_lines = reader.bad_lines().first(),
          .remarks = reader.remarks()};
}

}  // namespace

base::Result<ImportResult> import_trace(const ImportRequest& request, const FormatSpec& format, TraceReader& reader) {
  auto writer = reel::ReelWriter::create(request.output, request.overwrite);
  if (!writer) return base::fail(std::move(writer).error());
  HEAPREEL_TRY(write_head(*writer, request, format, lacks_of(format, reader)));
  // Nothing that the trace has is thrown away: `pack` may do that.
  reel::PackOptions options;
  options.times = reader.facts().has_times ? reel::TimeKeeping::kExact : reel::TimeKeeping::kNone;
  options.on_progress = request.on_progress;
  base::WorkerPool pool(std::max(std::thread::hardware_concurrency(), 1U));
  NamedStream stream(reader);
  const auto packed = reel::pack(stream, *writer, pool, options);
  if (!packed) return base::fail(packed.error());
  HEAPREEL_TRY(refuse_nothing(reader, stream));
  HEAPREEL_TRY(write_tail(*writer, stream, *packed, options));
  ImportResult result = result_of(format, reader, stream);
  result.bytes = writer->bytes();
  return result;
}

}  // namespace heapreel::importers
