// What becomes of reels whose collector died: everything that reached the file is made a whole reel, with the reason in
// it, under the name it was meant to have.
#pragma once

#include <functional>
#include <string>

#include "trace_format/base/result.h"

namespace heapreel::reel {
class ReelWriter;
}  // namespace heapreel::reel
namespace heapreel::reel::proto {
class Ending;
}  // namespace heapreel::reel::proto

namespace heapreel::collector {

// Mends the part files that process `collector` left in the folder of `output` (of the working directory if empty).
// Returns how many reels came of it.
uint32_t mend_unfinished(const std::string& output, int collector, const std::string& why, bool overwrite);

// Copies what can be read of a part file into a whole reel at `output`, with that ending; its events and its end are
// filled in. `add_more` writes what is not in the file.
base::Status copy_unfinished(const std::string& part, const std::string& output, const reel::proto::Ending& ending,
                             bool overwrite, const std::function<base::Status(reel::ReelWriter&)>& add_more = {});

}  // namespace heapreel::collector
