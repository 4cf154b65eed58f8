// Words for exit statuses, signals, troubles and positions.
#include "replayer/lab/outcome_text.h"

#include <csignal>
#include <cstring>
#include <fmt/format.h>

#include "replayer/plan/plan_format.h"
#include "trace_format/event/op.h"

namespace heapreel::lab {
namespace {

using measure::RunState;
using measure::ThreadState;
using measure::Trouble;

constexpr size_t kPositionsShown = 16;
constexpr uint64_t kEnded = ~uint64_t{0};

const char* state_text(ThreadState state) {
  switch (state) {
    case ThreadState::kUnborn:
      return "has not begun";
    case ThreadState::kRunning:
      return "runs";
    case ThreadState::kWaitsForWindow:
      return "waits for slower threads";
    case ThreadState::kWaitsForSlot:
      return "waits for a block of another thread";
    case ThreadState::kWaitsForTime:
      return "waits for its time";
    case ThreadState::kWaitsForEnd:
      return "waits for a thread to end before it starts one";
    case ThreadState::kEnded:
      return "has ended";
  }
  return "is in no state that exists";
}

// "free (op 12 of thread 0, 64 bytes)"
std::string call_text(const measure::TroubleNote& note) {
  std::string text = fmt::format("{} of {} bytes", kind_name(note.kind), note.size);
  if (note.align != 0) text += fmt::format(", aligned to {}", note.align);
  return text + fmt::format(" (thread {}, its op {})", note.thread, note.op);
}

std::string trouble_text(const measure::TroubleNote& note, const AllocatorChoice& allocator) {
  const std::string text = BoardMemory::text(note.text);
  switch (note.what.load(std::memory_order_relaxed)) {
    case Trouble::kNone:
      return text;
    case Trouble::kBadPlan:
      return "the plan is not sound: " + text;
    case Trouble::kWrongAllocator:
      return fmt::format("{} is not in use: {}", allocator.name, text);
    case Trouble::kNoEntryPoint:
      return fmt::format("it does not have what the program calls: {}", text);
    case Trouble::kNullReturned:
      return fmt::format("returned NULL to {}", call_text(note));
    case Trouble::kMisaligned:
      return fmt::format("returned misaligned memory, {:#x}, to {}", note.address, call_text(note));
    case Trouble::kOverlap:
      return fmt::format("returned {:#x} to {}: it overlaps a living block at {:#x} of {} bytes", note.address,
                         call_text(note), note.other_address, note.other_size);
    case Trouble::kTooSmall:
      return fmt::format("says that the block at {:#x} has {} usable bytes, after {}", note.address, note.other_size,
                         call_text(note));
    case Trouble::kNotZero:
      return fmt::format("returned memory that is not zero, {:#x}, to {}", note.address, call_text(note));
    case Trouble::kCorrupted:
      return fmt::format("the living block at {:#x} changed, seen at {}", note.address, call_text(note));
    case Trouble::kSystem:
      return "the system refused: " + text;
  }
  return text;
}

// What is wrong with a run; the runner's own words come after what the system saw of it.
std::string failure_of(const RunOutcome& outcome, const RunRequest& request) {
  const measure::Board& board = outcome.board.board();
  const RunState state = board.state.load(std::memory_order_relaxed);
  if (outcome.hung) return fmt::format("hung: nothing moved for {:g} s", request.watchdog_s);
  if (outcome.timed_out) return fmt::format("did not end within {:g} s", request.time_limit_s);
  if (outcome.signal != 0) {
    const char* name = ::sigabbrev_np(outcome.signal);
    return fmt::format("crashed: SIG{}{}", name == nullptr ? "?" : name,
                       state == RunState::kSetUp ? " at its start" : "");
  }
  if (state == RunState::kRefused || state == RunState::kFailed) return trouble_text(board.trouble, *request.allocator);
  if (outcome.exit_status != 0) return fmt::format("the runner ended with status {}", outcome.exit_status);
  if (state != RunState::kDone) return "the runner ended before it was done";
  return {};
}

}  // namespace

std::string kind_name(uint32_t kind) {
  switch (static_cast<plan::Kind>(kind)) {
    case plan::Kind::kReallocOfNull:
      return "realloc(NULL)";
    case plan::Kind::kReallocarrayOfNull:
      return "reallocarray(NULL)";
    case plan::Kind::kReallocToNothing:
      return "realloc to 0";
    case plan::Kind::kReallocarrayToNothing:
      return "reallocarray to 0";
    case plan::Kind::kTouch:
      return "touch";
    case plan::Kind::kSpawn:
      return "thread start";
    default:
      return reel::is_known(static_cast<uint8_t>(kind)) ? std::string(reel::traits(static_cast<reel::Op>(kind)).name)
                                                        : fmt::format("kind {}", kind);
  }
}

std::string positions_text(const BoardMemory& board, const PlanRef& plan) {
  std::string text;
  size_t shown = 0;
  const auto threads = board.threads();
  for (size_t i = 0; i < threads.size(); ++i) {
    const ThreadState state = threads[i].state.load(std::memory_order_relaxed);
    if (state == ThreadState::kUnborn || state == ThreadState::kEnded) continue;
    if (shown++ == kPositionsShown) return text + "further threads were under way\n";
    const uint64_t at = threads[i].progress.load(std::memory_order_relaxed);
    text += fmt::format("thread {} (serial {}) {}", i, plan.threads[i].serial, state_text(state));
    text += at == kEnded ? "\n" : fmt::format(", in the stretch at op {} of {}\n", at, plan.header->ops);
  }
  return text;
}

void describe(RunOutcome& outcome, const RunRequest& request, const std::string& printed) {
  outcome.failure = failure_of(outcome, request);
  if (outcome.good()) return;
  outcome.detail = positions_text(outcome.board, request.plan) + printed;
}

}  // namespace heapreel::lab
