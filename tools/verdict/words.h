// A verdict's sentences, and how to deploy what it chose.
#pragma once

#include "tools/verdict/verdict.h"

namespace heapreel::verdict {

// Headline, sentences, what was not measured, and each choice's text; everything else must be there.
void put_into_words(const lab::Results& results, Verdict& verdict);

Deployment deployment_of(const lab::AllocatorResult& allocator);

}  // namespace heapreel::verdict
