// How threads of a replay wait for each other: for a slot's turn, for the progress window, for their turn in strict
// order, for recorded time. All of it is cold: it runs once a stretch at most, or when something is not there yet.
//
// A wait spins while every thread can have a processor, and sleeps on a futex otherwise. Sleeps have a time limit, so
// that a wake-up that were missed costs time and never the run. Waits are timed apart: none of it is the allocator's.
#pragma once

#include "replayer/engine/engine.h"

namespace heapreel::engine {

// Until the slot's turn is `turn`; returns what the slot holds then.
uint64_t wait_for_turn(Thread& thread, const Slot& slot, uint16_t turn);

// Until the slowest thread is within the window of this place.
void wait_for_window(Thread& thread, uint64_t seq, uint64_t time_ns);

// Until recorded time reaches this stretch; remembers how late it is.
void wait_for_time(Thread& thread, uint64_t time_ns);

// Until fewer than `alive` threads live.
void wait_for_fewer(Thread& thread, uint64_t alive);

// Strict order: until it is the turn of `seq`; and handing on the turn.
void wait_for_place(Thread& thread, uint64_t seq);
void hand_on(Engine& engine, uint64_t next_seq, uint32_t next_thread);

// This thread has come further. Whoever waits for a slot that it may have filled, and if it was the slowest, whoever
// waits for the slowest, is woken when what it waits for is there. Returns the ticks of processor time that took.
uint64_t wake_whom_it_helps(Engine& engine, uint64_t progress_before);

// What one turn of a spinning wait costs in ticks.
uint64_t measure_spin_turn(Engine& engine);

}  // namespace heapreel::engine
