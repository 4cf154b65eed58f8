// Which allocator a runner really gives: a verified run of the tiniest plan, for `heapreel allocators`.
#pragma once

#include "replayer/lab/results.h"
#include "replayer/lab/run.h"

namespace heapreel::lab {

// Names, paths, version, build-id, proof and settings; `verified` says whether the run was good, `failure` why not.
base::Result<AllocatorResult> identify(const AllocatorChoice& allocator);

// The part of a result that a board tells: who served the calls.
void note_identity(AllocatorResult& result, const AllocatorChoice& allocator, const BoardMemory& board);

// An allocator before anything ran.
AllocatorResult result_of(const AllocatorChoice& allocator);

}  // namespace heapreel::lab
