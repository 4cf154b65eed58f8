"""Deaths: whatever ends the program, each call before it is in the reel, and the reel says what happened."""
import random

from case import Case, count, exact, pairs_of_threads, sound
from compare import equal, require


def check_death(complete):
    """The last call before the death is a malloc of 87654 bytes; complete means that the program left by itself."""
    def check(outcome):
        sound(outcome, complete=complete)
        sizes = (48, 49, 50)
        found = count(outcome.main.events(), {
            "allocated": lambda event: event["op"] == "malloc" and event["size"] in (*sizes, 87654),
            "last": lambda event: event["size"] == 87654,
            "freed": lambda event: event["op"] == "free"})
        figures = outcome.truth.figures
        equal(found["allocated"], figures["allocated"], "allocations")
        equal(found["last"], 1, "the call before the death")
        require(found["freed"] >= figures["freed"], f"frees: {found['freed']} of {figures['freed']}")
        equal(outcome.main.info()["live_end_objects"] >= figures["allocated"] - figures["freed"], True, "blocks alive")
        if not complete:
            require(outcome.main.info()["cause"], "the reel does not say why it is not complete")
    return check


def check_killed(outcome):
    """The killer may be quicker than the first thread."""
    sound(outcome, complete=False)
    for i in range(4):
        outcome.truth.figures.setdefault(f"allocated{i}", 0)
        outcome.truth.figures.setdefault(f"freed{i}", 0)
    pairs_of_threads(outcome, 4, 600)


def check_memory_limit(outcome):
    exact(outcome)
    equal(outcome.main.info()["failed_allocations"], outcome.truth.figures["failed"], "failed allocations")


def random_points():
    """The same points in every run: a failure can be run again."""
    points = random.Random(20)
    ways = ("kill", "abort", "segv", "_exit", "quick_exit", "term")
    for i in range(24):
        way = ways[i % len(ways)]
        yield Case(f"point_{i:02}_{way}", ["deaths", way, str(points.randrange(1, 30000))],
                   check_death(way in LEAVES), status=STATUS[way])


STATUS = {"kill": 137, "abort": 134, "segv": 139, "term": 143, "_exit": 7, "quick_exit": 7, "exit": 7}
LEAVES = ("exit",)  # _exit and quick_exit run no exit handlers: the reel calls them incomplete

CASES = [
    *(Case(f"death_{way}", ["deaths", way, "1000003"], check_death(way in LEAVES), status=status, timeout=120,
           tampers=["drop"] if way == "kill" else [])
      for way, status in STATUS.items()),
    *random_points(),
    *(Case(f"killed_{delay}", ["killed", str(delay)], check_killed, status=137)
      for delay in (1000, 7000, 20000, 60000, 150000)),
    Case("memory_limit", ["memory_limit"], check_memory_limit),
]
