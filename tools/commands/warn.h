// Warnings on standard error: what a command had to leave out, though it did its work.
#pragma once

#include <string>
#include <vector>

#include "tools/commands/reel_session.h"

namespace heapreel::commands {

// All damage that is known when a stream over the reel has been read to its end.
std::vector<reel::Damage> known_damage(const ReelSession& session, const std::vector<reel::Damage>& in_stream);

// A line for each of the first ones, and which command tells all. Says nothing if nothing is damaged.
void warn_of_damage(const std::string& path, const std::vector<reel::Damage>& damage);

// "1 event", "2 events", "65,536 events"
std::string count_of(uint64_t count, std::string_view noun);

}  // namespace heapreel::commands
