// Reads MLOGCOL recordings: nine columns of one call each, zstd-compressed as a whole.
//
//   "MLOGCOL1" | u64 n | u64 origin | 9 x (u64 length | n LEB128 numbers, each the zigzag of the step from the last)
//
// Columns: op, log2 of the alignment, thread, start - origin, duration, size, address, old address, caller. The calls
// stand in an order in which no live address is handed out twice. The caller's address is not kept: it means nothing
// without the module map, which the format lacks.
#pragma once

#include <array>
#include <string>

#include "trace_format/base/file.h"
#include "trace_format/event/event.h"

namespace heapreel::importers {

class MlogcolReader {
 public:
  static base::Result<MlogcolReader> open(const std::string& path);

  uint64_t events() const { return events_; }
  // The next call as an event under its address. False at the end, and where the recording makes no sense: status()
  // tells which. Times count from the recording's origin.
  bool next(reel::Event& event);
  const base::Status& status() const { return status_; }

 private:
  static constexpr size_t kColumns = 9;

  // One column being read; a number is the sum of all steps so far.
  struct Column {
    const uint8_t* next = nullptr;
    const uint8_t* end = nullptr;
    uint64_t value = 0;

    bool step();
  };

  bool step_all();
  bool fail(std::string why, uint64_t offset = base::Error::kNoOffset);

  std::string what_;  // of errors: "cannot import x.mlogcol"
  base::Buffer bytes_;
  base::Status status_;
  std::array<Column, kColumns> columns_;
  uint64_t events_ = 0;
  uint64_t done_ = 0;
};

}  // namespace heapreel::importers
