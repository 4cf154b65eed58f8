// A collector is nobody's unexpected child and holds nothing of others: no terminal, no standard streams, no stray
// descriptors that would keep a pipe open.
#pragma once

#include <vector>

namespace heapreel::collector {

// Becomes the leader of a session of its own, with /dev/null for standard streams and no descriptors but `keep`.
void leave_the_terminal(std::vector<int> keep);

}  // namespace heapreel::collector
