// Other tools' traces become reels here.
#pragma once

#include <functional>
#include <string>

#include "tools/importers/frame/format_spec.h"
#include "tools/importers/frame/named_stream.h"

namespace heapreel::importers {

struct ImportRequest {
  std::string input{};
  std::string output{};
  bool overwrite = false;
  uint64_t ticks_per_second = 0;  // of the recording's clock; 0: what the format says, or is known to have
  std::function<void(uint64_t events)> on_progress{};
  const FormatSpec* format = nullptr;  // null: by what the trace looks like
  uint64_t bad_lines_max = 100;
};

struct ImportResult {
  uint64_t events = 0;
  uint64_t bytes = 0;
  const FormatSpec* format = nullptr;
  std::vector<Lack> lacks{};  // what this very trace lacks
  uint64_t lines = 0;         // 0: not made of lines
  uint64_t threads = 0;
  uint64_t objects = 0;
  uint64_t objects_live_end = 0;
  uint64_t objects_live_peak = 0;
  Repairs repairs{};
  uint64_t bad_lines = 0;
  std::vector<BadLine> first_bad_lines{};
  std::vector<std::string> remarks{};
};

// The trace becomes a reel: packed, except MLOGCOL. Nothing stays under the output's name unless all went well.
base::Result<ImportResult> import_file(const ImportRequest& request);

// The recording becomes a capture reel: addresses and every time stamp are kept.
base::Result<ImportResult> import_mlogcol(const ImportRequest& request);
const FormatSpec& mlogcol_format();

// A trace of any other format, by its reader.
base::Result<ImportResult> import_trace(const ImportRequest& request, const FormatSpec& format, TraceReader& reader);

}  // namespace heapreel::importers
