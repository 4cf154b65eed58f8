// Copying the readable blocks of a part file into a reel.
#include "recorder/collector/mend.h"

#include <filesystem>
#include <fmt/format.h>
#include <unistd.h>

#include "trace_format/store/reel_file.h"
#include "trace_format/store/reel_writer.h"
#include "trace_format/wire/reel.pb.h"

namespace heapreel::collector {
namespace fs = std::filesystem;

base::Status copy_unfinished(const std::string& part, const std::string& output, const reel::proto::Ending& as,
                             bool overwrite, const std::function<base::Status(reel::ReelWriter&)>& add_more) {
  const auto file = reel::ReelFile::open(part);
  if (!file) return base::fail(file.error());
  auto writer = reel::ReelWriter::create(output, overwrite, file->header().id);
  if (!writer) return base::fail(std::move(writer).error());
  base::Buffer body;
  uint64_t end = 0;
  for (const reel::BlockEntry& entry : file->blocks()) {
    const auto header = file->read_header(entry);
    if (!header || !file->read_body(entry, *header, body)) continue;
    HEAPREEL_TRY(writer->append(*header, body));
    if (entry.holds_events()) end = std::max(end, header->last_time);
  }
  if (add_more) HEAPREEL_TRY(add_more(*writer));
  end = std::max(end, as.end());
  reel::proto::Metadata tail;
  reel::proto::Ending& ending = *tail.mutable_ending();
  ending = as;
  ending.set_events(writer->events());
  ending.set_end(end);
  HEAPREEL_TRY(writer->append(tail));
  return writer->finish();
}

uint32_t mend_unfinished(const std::string& output, int collector, const std::string& why, bool overwrite) {
  const fs::path parent = fs::path(output).parent_path();
  const fs::path folder = parent.empty() ? "." : parent;
  const std::string suffix = fmt::format(".{}.part", collector);
  reel::proto::Ending ending;
  ending.set_cause(reel::proto::Ending::COLLECTOR_FAILED);
  ending.set_detail(why);
  uint32_t mended = 0;
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
    const std::string part = entry.path().string();
    if (!part.ends_with(suffix)) continue;
    if (!copy_unfinished(part, part.substr(0, part.size() - suffix.size()), ending, overwrite)) continue;
    (void)unlink(part.c_str());
    ++mended;
  }
  return mended;
}

}  // namespace heapreel::collector
