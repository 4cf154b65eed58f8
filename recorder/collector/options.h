// What a recording was asked to be. Filled from the command line; read by launcher and collector.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "recorder/ring/pool.h"
#include "trace_format/wire/reel.pb.h"

namespace heapreel::collector {

enum class Follow : uint8_t { kNone, kExec, kAll };

// Of a process's encoded blocks in memory, where only a time was chosen.
inline constexpr uint64_t kTimedWindowBytesMax = uint64_t{1} << 30;

struct RecordOptions {
  std::string output{};  // of the first process; empty: EXE.PID.reel. %e: executable, %p: process id
  bool overwrite = false;
  Follow follow = Follow::kAll;
  std::string only{};  // record only processes whose executable has this name
  ring::PoolOptions pool{};
  uint32_t pool_chunks = 256;  // large ones: 16 MiB
  bool paused = false;
  uint64_t duration_ns = 0;  // stop recording after this long; 0: never
  uint64_t bytes_max = 0;    // of all reels together; 0: no limit
  uint64_t keep_bytes = 0;   // flight recorder: keep only the last so many bytes ...
  uint64_t keep_ns = 0;      // ... or so much time, within kTimedWindowBytesMax; both 0: keep all
  int level = 1;             // of zstd
  int collect_pid = 0;       // the process that started us by its environment alone; 0: we start the command
  std::vector<std::string> command{};
  std::string producer_version{};
  std::vector<reel::proto::Reference> references{};  // for the first process's reel
  std::vector<int> signals_to_reset{};               // we ignore them; the command shall not
};

}  // namespace heapreel::collector
