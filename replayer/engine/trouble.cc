// The notes of trouble.h.
#include "replayer/engine/trouble.h"

#include <cstdio>
#include <cstring>
#include <unistd.h>

namespace heapreel::engine {
namespace {

constexpr int kExitTrouble = 3;

// The first to come writes; others wait for the end of the process that it brings.
bool claim(measure::TroubleNote& note, measure::Trouble what) {
  measure::Trouble none = measure::Trouble::kNone;
  return note.what.compare_exchange_strong(none, what);
}

[[noreturn]] void end(measure::Board& board) {
  board.state.store(measure::RunState::kFailed);
  _exit(kExitTrouble);
}

[[noreturn]] void wait_for_the_end() {
  for (;;) pause();
}

}  // namespace

void stop_for(const Thread& thread, const plan::Op& op, const Trouble& trouble) {
  measure::Board& board = *thread.engine->board;
  measure::TroubleNote& note = board.trouble;
  if (!claim(note, trouble.what)) wait_for_the_end();
  note.thread = thread.index;
  note.seq = thread.stretch->seq;
  note.op = thread.board->ops_done + static_cast<uint64_t>(&op - thread.first_op);
  note.kind = static_cast<uint32_t>(op.kind);
  note.size = op.size;
  note.align = (op.mode & plan::kAlignMask) != 0 ? uint64_t{1} << (op.mode & plan::kAlignMask) : 0;
  note.address = reinterpret_cast<uint64_t>(trouble.address);
  note.other_address = reinterpret_cast<uint64_t>(trouble.other_address);
  note.other_size = trouble.other_size;
  end(board);
}

void null_returned(const Thread& thread, const plan::Op& op) {
  stop_for(thread, op, {.what = measure::Trouble::kNullReturned});
}

void bad_op(const Thread& thread, const plan::Op& op) { stop_for(thread, op, {.what = measure::Trouble::kBadPlan}); }

void stop_for_system(measure::Board& board, const char* what, int error) {
  if (!claim(board.trouble, measure::Trouble::kSystem)) wait_for_the_end();
  std::snprintf(board.trouble.text, sizeof board.trouble.text, "%s: %s", what, strerrordesc_np(error));
  end(board);
}

}  // namespace heapreel::engine
