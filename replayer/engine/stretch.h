// The head of a stretch: what happens once every few dozen ops, so that the ops themselves have nothing to decide.
//
// A thread tells how far it has come, wakes who waits for that, waits for the progress window (or its turn, or recorded
// time), logs the moment, and reads memory where the plan has a checkpoint. Budget: 10 ns a head when nobody waits,
// most of it the exchange that tells the progress; `./dev bench replay` measures it as the cost of order.
#pragma once

#include "replayer/engine/engine.h"

namespace heapreel::engine {

void enter_stretch(Thread& thread, const plan::Stretch& stretch);
void leave_stretch(Thread& thread, const plan::Stretch& stretch);

}  // namespace heapreel::engine
