#!/usr/bin/env python3
"""The portrait of real reels is what a slow count over `heapreel dump` finds; and the comparison can fail.

  test_portrait.py HEAPREEL PRINT_PORTRAIT
"""
import bisect
import collections
import copy
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

SAMPLES = pathlib.Path(__file__).resolve().parent.parent.parent / "sample_traces"
heapreel = print_portrait = None
NOTES = {"mark", "thread_start", "thread_end", "gap", "inherited"}
FAILED, NO_RESULT = "failed", "no_result"


def dump_of(path):
    text = subprocess.run([heapreel, "dump", "--format", "jsonl", str(path)], capture_output=True, text=True,
                          check=True, timeout=300).stdout
    return [json.loads(line) for line in text.splitlines()]


def portrait_of(path):
    return json.loads(subprocess.run([print_portrait, str(path)], capture_output=True, text=True, check=True,
                                     timeout=300).stdout)


class Count:
    """What a reader of the dump counts who has never heard of bins, rings and chains."""

    def __init__(self, events):
        self.births, self.lives, self.calls = [], [], collections.Counter()
        self.threads = collections.defaultdict(collections.Counter)
        self.matrix, self.remote_sizes = collections.Counter(), []
        self.reallocs, self.chains = collections.Counter(), []
        self.start = events[0]["t_ns"]
        self.call_times = collections.defaultdict(list)
        live = {}
        for event in events:
            self.take(event, live)
        self.never_freed = [(size, born) for size, born, _, _ in live.values()]
        self.chains += [chain for *_, chain in live.values() if chain]

    def end(self, live, event, name):
        """The life that an event ends, if it is known: size, birth, thread, chain."""
        life = live.pop(event[name], None)
        if life:
            self.lives.append((life[0], event["t_ns"] - life[1]))
        return life

    def take(self, event, live):
        op, flags, thread = event["op"], event.get("flags", []), event["thread"]
        if op in NOTES and op != "inherited":
            return
        if op != "inherited":
            self.calls[op] += 1
            self.call_times[thread].append(event["t_ns"] - self.start)
        if "free" in op or "delete" in op:
            life = self.end(live, event, "object")
            if life:
                self.threads[thread]["frees"] += 1
                self.matrix[life[2], thread] += 1
                self.chains += [life[3]] if life[3] else []
                if life[2] != thread:
                    self.threads[thread]["remote_frees"] += 1
                    self.remote_sizes.append(life[0])
            return
        if op == "usable_size":
            return
        old = None
        if op in ("realloc", "reallocarray") and FAILED not in flags and event["old_object"] != 0:
            old = self.end(live, event, "old_object")
        if FAILED in flags or NO_RESULT in flags:
            self.chains += [old[3]] if old and old[3] else []
            return
        size, chain = event["size"], []
        if old:
            chain = old[3] + [(old[0], size)]
            self.reallocs["calls"] += 1
            self.reallocs["moved"] += "moved" in flags
            self.reallocs["grow" if size > old[0] else "shrink" if size < old[0] else "same"] += 1
        self.births.append(size)
        self.threads[thread]["births"] += 1
        self.threads[thread]["bytes"] += size
        live[event["object"]] = (size, event["t_ns"], thread, chain)


def by_bins(maxima, values):
    """How many values lie in each bin."""
    counts = [0] * len(maxima)
    for value in values:
        counts[bisect.bisect_left(maxima, value)] += 1
    return counts


def differences(portrait, count):
    """In words, every figure of the portrait that is not the count's."""
    found = []

    def same(what, told, counted):
        if told != counted:
            found.append(f"{what}: {told} instead of {counted}")

    sizes = portrait["sizes"]
    same("births by size", sizes["births"], by_bins(sizes["max_bytes"], count.births))
    same("remote frees by size", sizes["remote_frees"], by_bins(sizes["max_bytes"], count.remote_sizes))
    same("bytes", sum(sizes["bytes"]), sum(count.births))
    lifetimes = portrait["lifetimes"]
    same("ends", sum(lifetimes["objects"]), len(count.lives))
    same("bytes that ended", sum(lifetimes["bytes"]), sum(size for size, _ in count.lives))
    same("never freed", lifetimes["never_freed_objects"], len(count.never_freed))
    same("bytes never freed", lifetimes["never_freed_bytes"], sum(size for size, _ in count.never_freed))
    # The dump's times are whole nanoseconds each, so that a difference of two may be one more or less.
    ages, so_far = sorted(age for _, age in count.lives), 0
    for end, objects in zip(lifetimes["max_ns"], lifetimes["objects"]):
        so_far += objects
        if not bisect.bisect_right(ages, end - 1) <= so_far <= bisect.bisect_right(ages, end + 1):
            found.append(f"{so_far} lives of at most {end} ns")
    grid = portrait["size_by_lifetime"]
    same("sizes of the grid", [sum(row) for row in grid["objects"]], by_bins(grid["size_max_bytes"], count.births))
    same("never freed, of the grid", [row[-1] for row in grid["objects"]],
         by_bins(grid["size_max_bytes"], [size for size, _ in count.never_freed]))
    bin_ns = portrait["rate_bin_ns"]
    same("never freed by birth", portrait["never_freed"]["objects_by_birth"],
         by_bins(range(bin_ns - 1, bin_ns * portrait["rate_bins"], bin_ns),
                 [born - count.start for _, born in count.never_freed]))
    for thread in portrait["threads"]:
        counted = count.threads[thread["thread"]]
        times = count.call_times[thread["thread"]]
        for name in ("births", "bytes", "frees", "remote_frees"):
            same(f"{name} of thread {thread['thread']}", thread[name], counted[name])
        same("calls over time", thread["calls"],
             by_bins(range(bin_ns - 1, bin_ns * portrait["rate_bins"], bin_ns), times))
        if max(abs(thread["first_ns"] - times[0]), abs(thread["last_ns"] - times[-1])) > 1:
            found.append(f"calls from {thread['first_ns']} to {thread['last_ns']}")
    frees = portrait["frees_by_thread"]
    for allocated_by, row in zip(frees["threads"], frees["objects"]):
        same(f"frees of thread {allocated_by}'s", row, [count.matrix[allocated_by, by] for by in frees["threads"]])
    reallocs = portrait["reallocs"]
    for name in ("calls", "grow", "shrink", "same", "moved"):
        same(f"reallocs: {name}", reallocs[name], count.reallocs[name])
    same("bytes to copy", reallocs["bytes_could_copy"], sum(min(step) for chain in count.chains for step in chain))
    same("the longest chain", reallocs["chain_length_max"], max(map(len, count.chains), default=0))
    same("chains", [chain["objects"] for chain in reallocs["chains"]],
         [n for n in by_bins([chain["length_max"] for chain in reallocs["chains"]], map(len, count.chains))])
    same("final bytes", sum(chain["final_bytes"] for chain in reallocs["chains"]),
         sum(chain[-1][1] for chain in count.chains))
    same("calls by kind", portrait["calls"], dict(count.calls))
    return found


class PortraitTest(unittest.TestCase):
    def check(self, path):
        portrait, count = portrait_of(path), Count(dump_of(path))
        self.assertEqual(differences(portrait, count), [])
        return portrait, count

    def test_git(self):
        portrait, count = self.check(SAMPLES / "git.reel")
        self.assertGreater(sum(portrait["sizes"]["remote_frees"]), 100)
        self.assertGreater(portrait["reallocs"]["chain_length_max"], 2)
        self.every_figure_is_compared(portrait, count)

    def test_producers_and_consumers(self):
        with tempfile.TemporaryDirectory() as folder:
            reel = pathlib.Path(folder) / "made.reel"
            subprocess.run([heapreel, "generate", "producer-consumer", "--threads", "4", "--events", "60000", "--seed",
                            "5", "-o", str(reel)], check=True, capture_output=True, timeout=120)
            portrait, _ = self.check(reel)
            self.assertGreater(sum(portrait["sizes"]["remote_frees"]), 5000)

    def every_figure_is_compared(self, portrait, count):
        """One more of anything is a difference."""
        for part, name in (("sizes", "births"), ("sizes", "bytes"), ("sizes", "remote_frees"), ("lifetimes", "objects"),
                           ("lifetimes", "bytes"), ("never_freed", "objects_by_birth")):
            wrong = copy.deepcopy(portrait)
            wrong[part][name][0] += 1
            self.assertNotEqual(differences(wrong, count), [], f"{part}.{name}")
        for path in (("lifetimes", "never_freed_objects"), ("threads", 0, "births"), ("threads", 0, "frees"),
                     ("threads", 0, "remote_frees"), ("threads", 1, "calls", 3), ("reallocs", "grow"),
                     ("reallocs", "bytes_could_copy"), ("frees_by_thread", "objects", 0, 1), ("calls", "malloc"),
                     ("reallocs", "chains", 0, "objects"), ("size_by_lifetime", "objects", 0, -1)):
            wrong = copy.deepcopy(portrait)
            at = wrong
            for step in path[:-1]:
                at = at[step]
            at[path[-1]] += 1
            self.assertNotEqual(differences(wrong, count), [], path)


if __name__ == "__main__":
    heapreel, print_portrait = sys.argv[1:3]
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
