// Whether a realloc moved is read off its addresses and never believed: what a block that names objects by address
// stores as the flags of an event.
#pragma once

#include "trace_format/event/event.h"

namespace heapreel::reel {

inline uint8_t flags_by_addresses(const Event& event) {
  if (!traits(event.op).reallocates) return event.flags;
  const bool moved =
      births(event.op, event.flags) && has_old(event.op, event.flags) && event.object != event.old_object;
  return static_cast<uint8_t>((event.flags & ~kMoved) | (moved ? kMoved : 0));
}

}  // namespace heapreel::reel
