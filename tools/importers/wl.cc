// The reader of wl.h: which thread's turn it is, and what its ops are.
#include "tools/importers/wl.h"

#include <algorithm>
#include <fmt/format.h>
#include <functional>
#include <queue>

#include "tools/importers/frame/text_cursor.h"
#include "tools/importers/wl_stream.h"
#include "trace_format/base/flat_map.h"

namespace heapreel::importers {
namespace {

using reel::Event;
using reel::Op;

constexpr size_t kTurnOps = 64;
constexpr size_t kEventsAtOnce = 4096;
constexpr uint64_t kThreadsMax = 1U << 15;
constexpr uint64_t kSyncsMax = uint64_t{1} << 62;

tl::unexpected<base::Error> damaged(std::string why) {
  return base::fail({.code = base::ErrorCode::kBadInput,
                     .what = std::string(kCannotImport),
                     .why = std::move(why),
                     .hint = "the workload is damaged or cut off: make it again with trace2wl"});
}

// False for ops that are no calls.
bool event_of(const WlOp& op, uint32_t thread, Event& event) {
  constexpr std::array<Op, kWlCodes> kOps = {
      Op::kNone, Op::kNone, Op::kMalloc, Op::kCalloc, Op::kRealloc,  Op::kFree,   Op::kNone,    Op::kNone,
      Op::kNone, Op::kNone, Op::kNone,   Op::kNone,   Op::kMemalign, Op::kValloc, Op::kPvalloc, Op::kPosixMemalign};
  event = {.object = op.numbers[0], .thread = thread, .op = kOps[static_cast<uint8_t>(op.code)]};
  if (event.op == Op::kNone) return false;
  if (event.op == Op::kFree) return true;
  event.size = op.numbers[wl_numbers(op.code) - 1];
  if (event.op == Op::kRealloc) event.old_object = op.numbers[1];
  if (reel::traits(event.op).aligned) event.align_log2 = ceil_log2(op.numbers[1]);
  return true;
}

class WlReader final : public TraceReader {
 public:
  WlReader(const ReaderOptions& options, base::Fd fd, std::string path)
      : TraceReader(options.bad_lines_max), fd_(std::move(fd)), path_(std::move(path)) {}

  // Reads the main stream, which says where the threads' are.
  base::Status begin() {
    const auto size = base::size_of(fd_, path_);
    if (!size) return base::fail(size.error());
    WlStream main(&fd_, &path_, 0, *size);
    std::vector<uint64_t> offsets;
    for (;;) {
      const auto op = main.next();
      if (!op) return base::fail(op.error());
      if (op->code == WlCode::kDone) break;
      if (op->code == WlCode::kStartThread) offsets.push_back(op->numbers[0]);
      if (offsets.size() > kThreadsMax) return damaged(fmt::format("it has more than {} threads", kThreadsMax));
    }
    std::ranges::sort(offsets);
    for (size_t i = 0; i < offsets.size(); ++i) {
      const uint64_t end = i + 1 < offsets.size() ? offsets[i + 1] : *size;
      if (offsets[i] >= end || offsets[i] < main.offset()) return damaged("the threads' streams overlap");
      threads_.emplace_back(&fd_, &path_, offsets[i], end);
      ready_.push({0, static_cast<uint32_t>(i)});
    }
    return {};
  }

  base::Result<bool> read(std::vector<Event>& events) override {
    const size_t wanted = events.size() + kEventsAtOnce;
    while (events.size() < wanted) {
      if (ready_.empty()) return waiting_.size() == 0 ? base::Result<bool>(false) : deadlock();
      const uint32_t thread = ready_.top().second;
      ready_.pop();
      HEAPREEL_TRY(run(thread, events));
    }
    return true;
  }

 private:
  using Turn = std::pair<uint64_t, uint32_t>;  // the share done, and whose

  base::Status run(uint32_t thread, std::vector<Event>& events) {
    for (size_t i = 0; i < kTurnOps; ++i) {
      const auto op = threads_[thread].next();
      if (!op) return base::fail(op.error());
      if (op->code == WlCode::kDone) return {};
      const bool is_sync = op->code == WlCode::kAcquire || op->code == WlCode::kRelease;
      if (is_sync && op->numbers[0] >= kSyncsMax) return damaged("a sync's number is too large");
      if (op->code == WlCode::kAcquire && waiting_.find(op->numbers[0] + 1) != nullptr)
        return damaged("two threads acquire one sync");
      if (op->code == WlCode::kAcquire && !acquire(op->numbers[0], thread)) return {};
      if (op->code == WlCode::kRelease) release(op->numbers[0]);
      if (Event event; event_of(*op, thread, event)) events.push_back(event);
    }
    ready_.push({threads_[thread].share_done(), thread});
    return {};
  }

  // False if the thread has to wait.
  bool acquire(uint64_t sync, uint32_t thread) {
    uint8_t taken = 0;
    if (released_.remove(sync + 1, taken)) return true;
    waiting_.add(sync + 1, thread);
    return false;
  }
  void release(uint64_t sync) {
    uint32_t thread = 0;
    if (waiting_.remove(sync + 1, thread))
      ready_.push({threads_[thread].share_done(), thread});
    else
      released_.add(sync + 1, 1);
  }
  tl::unexpected<base::Error> deadlock() const {
    return damaged(fmt::format("{} threads wait for syncs that nobody releases", waiting_.size()));
  }

  base::Fd fd_;
  std::string path_;
  std::vector<WlStream> threads_;
  std::priority_queue<Turn, std::vector<Turn>, std::greater<>> ready_;
  base::FlatMap<uint32_t, 6> waiting_;  // sync + 1 -> thread
  base::FlatMap<uint8_t, 6> released_;  // syncs + 1 that nobody has acquired yet
};

// The main stream's first four ops, as trace2wl writes them.
int looks_like(std::string_view head) {
  for (const char code : {'\x08', '\x09', '\x0a', '\x0b'}) {
    if (head.empty() || head.front() != code) return 0;
    head.remove_prefix(1);
    size_t bytes = 1;
    while (bytes < head.size() && (static_cast<unsigned char>(head[bytes - 1]) & 0x80U) != 0) ++bytes;
    if (bytes > head.size() || bytes > 10) return 0;
    head.remove_prefix(bytes);
  }
  return 95;
}

// The streams are read side by side, so the file itself is needed.
base::Result<std::unique_ptr<TraceReader>> open(Input input, const ReaderOptions& options) {
  const auto head = input.head();
  if (!head) return base::fail(head.error());
  const std::string first(head->substr(0, 4));
  auto fd = base::open_for_reading(input.path());
  if (!fd) return base::fail(std::move(fd).error());
  base::Buffer plain(first.size());
  const auto got = base::read_at(*fd, 0, plain, input.path());
  if (!got) return base::fail(got.error());
  if (!std::equal(plain.begin(), plain.end(), first.begin(),
                  [](uint8_t a, char b) { return a == static_cast<uint8_t>(b); }))
    return base::fail({.code = base::ErrorCode::kUnsupported,
                       .what = std::string(kCannotImport),
                       .why = "a wl workload cannot be read out of a compressed file",
                       .hint = "expand it first, with gunzip, zstd -d or unzip"});
  auto reader = std::make_unique<WlReader>(options, std::move(*fd), input.path());
  HEAPREEL_TRY(reader->begin());
  return reader;
}

}  // namespace

const FormatSpec& wl_format() {
  static const FormatSpec spec{
      .name = "wl",
      .help = "a workload of glibc's malloc tracing (.wl), as trace2wl writes it",
      .lacks = {{"times", "order only"},
                {"order between threads", "one that its waits allow; each thread in step with its share"},
                {"reused blocks", "freed before, as trace_run does"},
                {"failed calls", "a call whose block is 0 failed"}},
      .looks_like = looks_like,
      .open = open};
  return spec;
}

}  // namespace heapreel::importers
