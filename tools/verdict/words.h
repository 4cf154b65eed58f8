// A verdict's sentences, and how to deploy what it chose.
#pragma once

#include "tools/verdict/verdict.h"

namespace heapreel::verdict {

// Headline, sentences, what was not measured, and each choice's text; everything else must be there.
void put_into_words(const lab::Results& results, Verdict& verdict);

Deployment deployment_of(const lab::AllocatorResult& allocator);

// The program that `heapreel try -- CMD` ran, from the words that made the results; else "./app".
std::string program_of(const std::vector<std::string>& words);

}  // namespace heapreel::verdict
