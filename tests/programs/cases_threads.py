"""Threads: their ends, their numbers, their departures, and the order of what they hand each other."""
from case import Case, exact, pairs_of_threads, sound
from compare import equal, require
from ring import compare_ring

EXTRA_KIB = 4096  # and 16 a thread: what the recorder may cost the traced process
EXTRA_KIB_A_THREAD = 16


def check_thread_exits(outcome):
    """glibc notes each thread_local destructor in a small block of its own, between ours."""
    exact(outcome, strangers=True)


def threads_told(count):
    def check(outcome):
        exact(outcome)
        equal(outcome.main.info()["threads"], count + 1, "threads")
    return check


def check_live_threads(outcome):
    threads_told(1000)(outcome)
    plain = outcome.unrecorded().truth.figures["resident_kib"]
    extra = outcome.truth.figures["resident_kib"] - plain
    allowed = EXTRA_KIB + 1000 * EXTRA_KIB_A_THREAD
    require(extra <= allowed, f"1000 threads take {extra} KiB more than without a recorder ({plain}), not {allowed}")


def check_ring(outcome):
    sound(outcome)
    compare_ring(outcome.truth.figures, outcome.main.events())


def check_departures(outcome):
    sound(outcome)
    pairs_of_threads(outcome, 4, 600)


def check_departure_amid(outcome):
    """Blocks are held when the process ends; each thread may be one call ahead of what it told."""
    sound(outcome, complete=None)
    pairs_of_threads(outcome, 4, 600)


CASES = [
    Case("thread_exits", ["thread_exits"], check_thread_exits, tampers=["drop"]),
    Case("threads_short", ["threads", "short", "2000"], threads_told(2000)),
    Case("threads_live", ["threads", "live", "1000"], check_live_threads),
    Case("ring", ["ring", "4", "250000", "3"], check_ring, timeout=120),
    Case("ring_tight", ["ring", "2", "200000", "1"], check_ring, timeout=120,
         tampers=["drop", "swap", "resize", "mistake"]),
    Case("ring_wide", ["ring", "16", "20000", "64"], check_ring, timeout=120),
    Case("cancelled", ["departures", "cancelled"], check_departures),
    Case("main_first", ["departures", "main_first"], check_departures),
    Case("exit_amid", ["departures", "exit_amid"], check_departure_amid),
]
