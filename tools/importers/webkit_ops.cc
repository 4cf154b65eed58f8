// The reader of webkit_ops.h.
#include "tools/importers/webkit_ops.h"

#include <fmt/format.h>

namespace heapreel::importers {
namespace {

using reel::Event;
using reel::Op;

constexpr size_t kRecordBytes = 24;
constexpr size_t kRecordsAtOnce = kHeadBytes / kRecordBytes;
constexpr unsigned kAlignLog2Max = 63;
constexpr std::array kOps = {Op::kMalloc, Op::kFree, Op::kRealloc, Op::kMemalign};

struct Record {
  uint32_t opcode;
  uint16_t thread;
  uint16_t align_log2;
  uint64_t slot;
  uint64_t size;
};
static_assert(sizeof(Record) == kRecordBytes);

// Why a record is none, or nothing.
std::string_view trouble_with(const Record& record) {
  if (record.opcode >= kOps.size()) return "no such opcode is known";
  if (record.slot == ~uint64_t{0}) return "the slot's number is too large";
  if (kOps[record.opcode] == Op::kMemalign && record.align_log2 > kAlignLog2Max)
    return "the alignment is no power of two";
  return {};
}

Event event_of(const Record& record) {
  Event event{.object = record.slot + 1, .thread = record.thread, .op = kOps[record.opcode]};
  if (event.op != Op::kFree) event.size = record.size;
  if (event.op == Op::kMemalign) event.align_log2 = static_cast<uint8_t>(record.align_log2);
  if (event.op != Op::kRealloc) return event;
  event.old_object = event.object;
  if (event.size == 0) event.object = 0;
  return event;
}

class WebkitOpsReader final : public TraceReader {
 public:
  WebkitOpsReader(Input input, const ReaderOptions& options)
      : TraceReader(options.bad_lines_max), input_(std::move(input)) {}

  base::Result<bool> read(std::vector<Event>& events) override {
    const auto bytes = input_.next_bytes(kRecordsAtOnce * kRecordBytes);
    if (!bytes) return base::fail(bytes.error());
    size_t at = 0;
    for (; at + kRecordBytes <= bytes->size(); at += kRecordBytes) {
      const auto record = base::load_le<Record>(bytes->data() + at);
      const std::string_view why = trouble_with(record);
      ++records_;
      if (why.empty())
        events.push_back(event_of(record));
      else
        HEAPREEL_TRY(complain(0, {}, fmt::format("record {}: {}", records_, why)));
    }
    if (at < bytes->size()) HEAPREEL_TRY(complain(0, {}, "the last record is cut off"));
    return !bytes->empty();
  }

 private:
  Input input_;
  uint64_t records_ = 0;
};

// Nearly any bytes are records; those of a real trace keep to small numbers, and begin by allocating.
int looks_like(std::string_view head) {
  constexpr uint64_t kSlotLikely = uint64_t{1} << 32;
  constexpr uint64_t kSizeLikely = uint64_t{1} << 40;
  bool has_size = false;
  if (head.size() < kRecordBytes) return 0;
  for (size_t at = 0; at + kRecordBytes <= head.size(); at += kRecordBytes) {
    const auto record = base::load_le<Record>(reinterpret_cast<const uint8_t*>(head.data()) + at);
    const bool likely = trouble_with(record).empty() && record.slot < kSlotLikely && record.size < kSizeLikely;
    if (!likely || (at == 0 && kOps[record.opcode] == Op::kFree)) return 0;
    has_size |= record.size > 0;
  }
  return has_size ? 80 : 0;
}

}  // namespace

const FormatSpec& webkit_ops_format() {
  static const FormatSpec spec{.name = "webkit-ops",
                               .help = "a recording of WebKit's MallocBench (.ops), records of 24 bytes",
                               .lacks = {{"times", "order only"},
                                         {"moves of reallocs", "unknown"},
                                         {"reused slots", "the block in it is freed, where MallocBench lets it leak"},
                                         {"failed calls", "none failed"}},
                               .looks_like = looks_like,
                               .open = open_reader<WebkitOpsReader>};
  return spec;
}

}  // namespace heapreel::importers
