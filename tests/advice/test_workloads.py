#!/usr/bin/env python3
"""Made workloads, really replayed: advice finds what was made for it, and does not find it where it was left out.

  test_workloads.py HEAPREEL
"""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

heapreel = None


def run(*words):
    return subprocess.run([heapreel, *map(str, words)], capture_output=True, text=True, check=False, timeout=200)


def imported(folder, name, rows):
    """A reel of the calls given."""
    csv = folder / f"{name}.csv"
    csv.write_text("time,thread,op,address,size,old_address\n" +
                   "".join(",".join(map(str, row)) + "\n" for row in rows))
    reel = folder / f"{name}.reel"
    made = run("import", "--from", "csv", csv, "-o", reel)
    assert made.returncode == 0, made.stderr
    return reel


def results(folder, reel):
    path = folder / "results.json"
    replayed = run("replay", "--allocators", "glibc", "--rounds", 1, "--no-cache", "--json", path, "--force", reel)
    assert replayed.returncode in (0, 3), replayed.stderr
    return path


def found(folder, reel):
    """The findings by their ids."""
    told = run("advice", "--json", results(folder, reel))
    assert told.returncode == 0, told.stderr
    return {finding["id"]: finding for finding in json.loads(told.stdout)["findings"]}


class Calls:
    """Rows of a table of calls, at addresses that are never used twice."""

    def __init__(self):
        self.rows, self.next = [], 0x100000

    def malloc(self, ms, size, thread=1):
        self.next += size + 64
        self.rows.append((f"{ms}ms", thread, "malloc", hex(self.next), size, ""))
        return hex(self.next)

    def realloc(self, ms, old, size):
        self.next += size + 64
        self.rows.append((f"{ms}ms", 1, "realloc", hex(self.next), size, old))
        return hex(self.next)

    def free(self, ms, address, thread=1):
        self.rows.append((f"{ms}ms", thread, "free", address, "", ""))


def after_a_peak(every):
    """64 MiB of blocks, then all freed but one of so many, then idle calls: what lies between survivors is held."""
    calls = Calls()
    blocks = [calls.malloc(i / 100, 1000) for i in range(64_000)]
    for i, block in enumerate(blocks):
        if i % every or every > len(blocks):  # the first one, too, if none is to stay
            calls.free(1000, block)
    for i in range(400):
        calls.free(1000 + 10 * i, calls.malloc(1000 + 10 * i, 64))
    return calls.rows


def growing(step):
    """Eight blocks that grow to 1 MiB by the step given, or by doubling."""
    calls = Calls()
    for i in range(8):
        size, block = 4096, calls.malloc(i, 4096)
        while size < 1 << 20:
            size = size + step if step else 2 * size
            block = calls.realloc(i, block, size)
        calls.free(i, block)
    return calls.rows


def leaking(share):
    """4,000 blocks over four seconds, of which one of so many is never freed."""
    calls = Calls()
    for i in range(4000):
        block = calls.malloc(i, 20_000)
        if i % share or share > 4000:
            calls.free(i + 0.5, block)
    return calls.rows


class AdviceTest(unittest.TestCase):
    def check(self, name, make, wrong, right):
        with tempfile.TemporaryDirectory() as scratch:
            folder = pathlib.Path(scratch)
            self.assertIn(name, found(folder, imported(folder, "wrong", make(wrong))))
            self.assertNotIn(name, found(folder, imported(folder, "right", make(right))))

    def test_memory_held_after_a_peak(self):
        self.check("held-after-peak", after_a_peak, 50, 1_000_000)

    def test_blocks_that_grow_by_small_steps(self):
        self.check("realloc-growth", growing, 4096, 0)

    def test_memory_that_is_never_freed(self):
        self.check("never-freed", leaking, 10, 1_000_000)

    def test_results_that_cannot_be_read(self):
        with tempfile.TemporaryDirectory() as scratch:
            path = pathlib.Path(scratch) / "cut.json"
            path.write_text('{"schema":"heapreel.results/1","reel":{')
            told = run("advice", path)
            self.assertEqual((told.returncode, told.stdout), (1, ""))
            self.assertIn("hint:", told.stderr)


if __name__ == "__main__":
    heapreel = sys.argv[1]
    unittest.main(argv=sys.argv[:1] + sys.argv[2:])
