// The reader of csv.h.
#include "tools/importers/csv.h"

#include <algorithm>
#include <string>
#include <unordered_map>

#include "tools/importers/csv_columns.h"
#include "tools/importers/csv_values.h"
#include "tools/importers/frame/line_reader.h"
#include "tools/importers/frame/text_cursor.h"

namespace heapreel::importers {
namespace {

using reel::Event;
using reel::Op;

constexpr size_t kThreadNamesMax = size_t{1} << 16;
constexpr uint32_t kFirstThreadOfNames = uint32_t{1} << 31;  // above the kernel's numbers

std::string_view first_line(std::string_view head) {
  while (!head.empty()) {
    std::string_view line = head.substr(0, head.find('\n'));
    head.remove_prefix(std::min(line.size() + 1, head.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.find_first_not_of(" \t") != std::string_view::npos) return line;
  }
  return {};
}

// All of the field as a number, decimal or with 0x.
bool parse_whole(std::string_view text, uint64_t& value) {
  TextCursor cursor(text);
  return cursor.take_either(value) && cursor.at_end();
}

class CsvReader final : public LineReader {
 public:
  CsvReader(Input input, const ReaderOptions& options, CsvLayout layout)
      : LineReader(std::move(input), options.bad_lines_max), layout_(std::move(layout)) {}

  SourceFacts facts() const override {
    return {.has_times = layout_.has_column(CsvColumn::kTime),
            .times_from_start = layout_.times_from_start,
            .keeps_serials = layout_.is_export() && layout_.has_column(CsvColumn::kThread),
            .keeps_flags = layout_.is_export()};
  }
  bool lacks(std::string_view what) const override {
    if (what == "times") return !layout_.has_column(CsvColumn::kTime);
    if (what == "threads") return !layout_.has_column(CsvColumn::kThread);
    if (what == "alignments") return !layout_.has_column(CsvColumn::kAlign);
    if (what == "sizes") return !layout_.has_column(CsvColumn::kSize);
    if (what == "old blocks") return by_object() && !has_old_names();
    return !layout_.has_column(CsvColumn::kFlags);
  }

 private:
  // What the cells of a line say, besides the event itself.
  struct Row {
    Event event;
    uint64_t count = 1;
    bool names_block = false;
    bool has_time = false;
  };

  bool by_object() const { return layout_.has_column(CsvColumn::kObject); }
  bool has_old_names() const {
    return layout_.has_column(CsvColumn::kOldAddress) || layout_.has_column(CsvColumn::kOldObject);
  }

  Complaint parse(std::string_view line, std::vector<Event>& events) override {
    if (!past_header_) {
      past_header_ = true;
      return kUnderstood;
    }
    if (!split_csv(line, layout_.delimiter, fields_)) return "a quote is not closed";
    if (fields_.size() > layout_.columns.size()) return "it has more fields than the header";
    Row row;
    for (size_t i = 0; i < fields_.size(); ++i) {
      if (fields_[i].empty()) continue;
      if (const Complaint why = take_field(layout_.columns[i], fields_[i], row); !why.empty()) return why;
    }
    if (row.event.op == Op::kNone) return "no field says which call it is";
    if (const Complaint why = complete(row); !why.empty()) return why;
    // An empty cell tells no time, and no other than the last one.
    if (!row.has_time) row.event.time = last_time_;
    last_time_ = row.event.time;
    events.push_back(row.event);
    return kUnderstood;
  }

  Complaint take_field(CsvColumn column, std::string_view text, Row& row) {
    uint64_t number = 0;
    switch (column) {
      case CsvColumn::kPassedOver:
      case CsvColumn::kSeq:
        return kUnderstood;
      case CsvColumn::kOp:
        row.event.op = parse_csv_op(text);
        return row.event.op == Op::kNone ? "no such call is known" : kUnderstood;
      case CsvColumn::kSize:
        return parse_whole(text, row.event.size) ? kUnderstood : "the size is no number of 64 bits";
      case CsvColumn::kCount:
        return parse_whole(text, row.count) ? kUnderstood : "the count is no number of 64 bits";
      case CsvColumn::kAlign:
        if (!parse_whole(text, number)) return "the alignment is no number of 64 bits";
        row.event.align_log2 = ceil_log2(number);
        return kUnderstood;
      case CsvColumn::kAddress:
      case CsvColumn::kObject:
        row.names_block = true;
        return take_name(text, row.event.object);
      case CsvColumn::kOldAddress:
      case CsvColumn::kOldObject:
        return take_name(text, row.event.old_object);
      case CsvColumn::kThread:
        return take_thread(text, row.event.thread);
      case CsvColumn::kFlags:
        return parse_csv_flags(text, row.event.flags) ? kUnderstood : "no such flag is known";
      case CsvColumn::kTime:
      case CsvColumn::kDuration:
        row.has_time |= column == CsvColumn::kTime;
        return take_time(column, text, row.event);
    }
    return kUnderstood;
  }

  Complaint take_name(std::string_view text, uint64_t& name) const {
    if (text == "(nil)" || text == "NULL" || text == "nullptr") return kUnderstood;
    if (!parse_whole(text, name)) return "a block is no number (one in hexadecimal needs 0x)";
    // Of other tools' numbers 0 is one; of ours it is none.
    if (by_object() && !layout_.is_export() && ++name == 0) return "the block's number is too large";
    return kUnderstood;
  }

  Complaint take_thread(std::string_view text, uint32_t& thread) {
    uint64_t number = 0;
    if (parse_whole(text, number) && number < kFirstThreadOfNames) {
      thread = static_cast<uint32_t>(number);
      return kUnderstood;
    }
    if (layout_.is_export()) return "the thread is no serial of a reel";
    if (threads_.size() == kThreadNamesMax && !threads_.contains(std::string(text))) return "too many names of threads";
    thread = threads_.try_emplace(std::string(text), kFirstThreadOfNames + static_cast<uint32_t>(threads_.size()))
                 .first->second;
    return kUnderstood;
  }

  Complaint take_time(CsvColumn column, std::string_view text, Event& event) const {
    const bool is_duration = column == CsvColumn::kDuration;
    const auto ns = parse_time_ns(text, is_duration ? layout_.duration_unit_ns : layout_.time_unit_ns);
    if (!ns) return "the time is none, or has no unit (name the column time_s, time_ms, time_us or time_ns)";
    if (is_duration)
      event.duration = static_cast<uint32_t>(std::min<uint64_t>(*ns, ~uint32_t{0}));
    else
      event.time = *ns;
    return kUnderstood;
  }

  // What follows from the columns that are not there, and what a call cannot do without.
  Complaint complete(Row& row) const {
    Event& event = row.event;
    const reel::OpTraits& kind = reel::traits(event.op);
    if (!multiply(row.count, event.size, event.size)) return "count times size does not fit 64 bits";
    if (layout_.is_export()) return kUnderstood;
    if (kind.frees && !row.names_block) return "a free names no block";
    if (kind.frees && !kind.sized) event.size = 0;
    if (!kind.reallocates) event.old_object = 0;
    if (kind.reallocates && !has_old_names()) {
      if (!by_object()) return "a realloc needs the column old_address";
      event.old_object = event.object;
    }
    return kUnderstood;
  }

  CsvLayout layout_;
  std::vector<std::string_view> fields_;
  std::unordered_map<std::string, uint32_t> threads_;  // those that go by a name
  uint64_t last_time_ = 0;
  bool past_header_ = false;
};

base::Result<std::unique_ptr<TraceReader>> open(Input input, const ReaderOptions& options) {
  const auto head = input.head();
  if (!head) return base::fail(head.error());
  auto layout = parse_csv_header(first_line(*head));
  if (!layout) return base::fail(std::move(layout).error());
  return std::make_unique<CsvReader>(std::move(input), options, std::move(*layout));
}

}  // namespace

const FormatSpec& csv_format() {
  static const FormatSpec spec{
      .name = "csv",
      .help = "a table of calls with named columns, such as `heapreel export` writes",
      .lacks = {{"times", "order only"},
                {"threads", "one thread makes all calls"},
                {"alignments", "none is asked for"},
                {"sizes", "every block has 0 bytes"},
                {"old blocks", "a realloc takes the block that it names"},
                {"failed calls", "an allocation without a block failed"}},
      .looks_like = [](std::string_view head) { return parse_csv_header(first_line(head)) ? 95 : 0; },
      .open = open};
  return spec;
}

}  // namespace heapreel::importers
