// Names from the request, facts from the board.
#include "replayer/lab/identify.h"

#include "replayer/lab/build_id.h"
#include "replayer/lab/tiny_plan.h"

namespace heapreel::lab {
namespace {

const char* link_text(Link link) {
  switch (link) {
    case Link::kLinked:
      return "linked";
    case Link::kPreloaded:
      return "preload";
    case Link::kBuiltIn:
      return "built-in";
  }
  return "";
}

}  // namespace

AllocatorResult result_of(const AllocatorChoice& allocator) {
  AllocatorResult result;
  result.name = allocator.name;
  result.library = allocator.library;
  result.link = link_text(allocator.link());
  result.settings = allocator.settings;
  return result;
}

void note_identity(AllocatorResult& result, const AllocatorChoice& allocator, const BoardMemory& memory) {
  if (!result.proof.empty()) return;
  const measure::Board& board = memory.board();
  result.version = BoardMemory::text(board.version_text);
  result.proof = BoardMemory::text(board.proof);
  result.entry_points = board.entry_points;
  if (allocator.link() == Link::kBuiltIn) return;
  if (result.library.empty()) result.library = BoardMemory::text(board.library);
  result.build_id = build_id_of(result.library);
}

base::Result<AllocatorResult> identify(const AllocatorChoice& allocator) {
  const auto plan = TinyPlan::create();
  if (!plan) return base::fail(plan.error());
  const auto outcome =
      run_once({.plan = plan->ref(), .allocator = &allocator, .orders = {.pass = measure::Pass::kVerify}});
  if (!outcome) return base::fail(outcome.error());
  AllocatorResult result = result_of(allocator);
  note_identity(result, allocator, outcome->board);
  result.verified = outcome->good();
  result.knobs = knobs_of(BoardMemory::text(outcome->board.board().knobs), allocator.settings);
  result.failure = outcome->failure;
  result.detail = outcome->detail;
  return result;
}

}  // namespace heapreel::lab
