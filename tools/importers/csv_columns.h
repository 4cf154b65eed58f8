// What the header of a CSV trace says: which column is what, and in which unit its times are.
//
// Columns go by name, in any order and case; names that mean nothing here are passed over. docs/importing.md lists the
// names. The twin that writes such a header: tools/exporters/events_csv.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "trace_format/base/result.h"

namespace heapreel::importers {

enum class CsvColumn : uint8_t {
  kPassedOver,
  kOp,
  kSize,
  kCount,       // of elements: the size is their product
  kAlign,       // in bytes
  kAddress,     // the block, by its address
  kObject,      // the block, by a number of its own; empty for none
  kOldAddress,  // the block that a realloc took
  kOldObject,
  kThread,
  kTime,
  kDuration,
  kFlags,
  kSeq,
};
inline constexpr size_t kCsvColumns = static_cast<size_t>(CsvColumn::kSeq) + 1;

// The unit of a column of times: 0 where each value says its own.
inline constexpr uint64_t kUnitInValue = 0;

struct CsvLayout {
  char delimiter = ',';
  std::vector<CsvColumn> columns{};
  bool has[kCsvColumns] = {};
  uint64_t time_unit_ns = kUnitInValue;
  uint64_t duration_unit_ns = kUnitInValue;
  bool times_from_start = false;  // t_ns, as against time_ns

  bool has_column(CsvColumn column) const { return has[static_cast<size_t>(column)]; }
  // Whether the file is our own export, whose flags and thread serials are to be kept.
  bool is_export() const {
    return has_column(CsvColumn::kSeq) && has_column(CsvColumn::kFlags) && has_column(CsvColumn::kObject);
  }
};

// An Error says what is missing, or there twice.
base::Result<CsvLayout> parse_csv_header(std::string_view line);

// Cuts a line into fields; blanks around a field and quotes around its text are not part of it. False if a quote is not
// closed. Text in which quotes are doubled keeps them so.
bool split_csv(std::string_view line, char delimiter, std::vector<std::string_view>& fields);

}  // namespace heapreel::importers
