#!/usr/bin/env python3
"""The samples are what their table says, sound, scrubbed, small in all, and replay; and each of these checks can fail.

  test_samples.py HEAPREEL
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
SAMPLES = HERE.parent.parent / "sample_traces"
sys.path[:0] = [str(HERE.parent / "reference"), str(SAMPLES)]

import table  # noqa: E402
from container import BLOCK_HEADER, METADATA, PRIVATE_METADATA, Block, read_columns  # noqa: E402
from metadata import last, values  # noqa: E402

BYTES_MAX = 25_000_000
ALLOCATORS = ("glibc", "jemalloc", "tcmalloc", "mimalloc")
# Numbers of reel.proto: fields of Metadata, fields of its messages, and a source of clocks.
CLOCK, MEMORY, REFERENCES, PROVENANCE = 2, 10, 13, 16
SOURCE, WHAT = 1, 1
SYNTHETIC = 3
heapreel = None


def run(*words):
    return subprocess.run([heapreel, *map(str, words)], capture_output=True, text=True, check=False, timeout=120)


def reels(folder):
    return sorted(folder.glob("*.reel"))


def blocks_of(path):
    """The headers with bodies; `heapreel check` is what holds the checksums."""
    data, offset = path.read_bytes(), 64
    while data[offset:offset + 4] == b"RBLK":
        fields = BLOCK_HEADER.unpack(data[offset:offset + 64])
        yield Block(*fields, data[offset + 64:offset + 64 + fields[4]])
        offset += 64 + fields[4]


def metadata_of(path):
    """The metadata that is shared, as one message."""
    return b"".join(read_columns(block, [0])[0] for block in blocks_of(path) if block.type == METADATA)


def unsound(folder):
    return [path.name for path in reels(folder) if run("check", path).returncode != 0]


def private(folder):
    """Those that hold a block of private metadata, or do not say that they were scrubbed."""
    found = []
    for path in reels(folder):
        steps = [what for step in values(metadata_of(path), PROVENANCE) for what in values(step, WHAT)]
        if any(block.type == PRIVATE_METADATA for block in blocks_of(path)) or b"scrub L1" not in steps:
            found.append(path.name)
    return found


def too_large(folder, most=BYTES_MAX):
    return sum(path.stat().st_size for path in reels(folder)) > most


def smallest():
    return min(reels(SAMPLES), key=lambda path: path.stat().st_size)


class Samples(unittest.TestCase):
    def test_the_table_is_right(self):
        self.assertEqual(table.differences(heapreel, SAMPLES), [])
        self.assertGreaterEqual(len(reels(SAMPLES)), 8)

    def test_all_are_sound_and_scrubbed_and_small(self):
        self.assertEqual(unsound(SAMPLES), [])
        self.assertEqual(private(SAMPLES), [])
        self.assertFalse(too_large(SAMPLES))

    def test_the_script_makes_all_of_them(self):
        listed = subprocess.run([SAMPLES / "record.sh", "--list"], capture_output=True, text=True, check=True).stdout
        self.assertEqual(sorted(f"{name}.reel" for name in listed.split()), [path.name for path in reels(SAMPLES)])

    def test_the_script_says_what_is_wrong(self):
        for words, env, why in ((("nosuch",), {}, "there are: redis"),
                                (("git",), {"HEAPREEL": "/nowhere/heapreel"}, "run ./dev build first")):
            done = subprocess.run([SAMPLES / "record.sh", *words], capture_output=True, text=True, check=False,
                                  env={**os.environ, "HEAPREEL": heapreel, **env})
            self.assertEqual(done.returncode, 1)
            self.assertIn("hint: ", done.stderr)
            self.assertIn(why, done.stderr)

    def test_each_recording_holds_what_a_prediction_wants(self):
        for path in reels(SAMPLES):
            message = metadata_of(path)
            if last(b"".join(values(message, CLOCK)), SOURCE, 0) == SYNTHETIC:
                continue  # generated
            self.assertEqual(len(values(message, REFERENCES)), 3, f"{path.name}: reference runs")
            self.assertTrue(values(message, MEMORY), f"{path.name}: samples of memory")

    def test_the_smallest_replays_on_all_allocators(self):
        done = run("replay", "--quick", "--allocators", ",".join(ALLOCATORS), "--json", "-", smallest())
        self.assertIn(done.returncode, (0, 3), done.stderr)  # 3: the self-check hangs on the machine
        results = json.loads(done.stdout)
        self.assertEqual([row["name"] for row in results["allocators"]], list(ALLOCATORS))
        for row in results["allocators"]:
            self.assertTrue(row["verified"], row["name"])
            self.assertGreater(row["ns_per_op"]["median"], 0)
        for gate in ("losses", "conservation", "re-record"):
            self.assertTrue(results["fidelity"][gate]["pass"], results["fidelity"][gate])


class Controls(unittest.TestCase):
    """A copy of the smallest sample, spoilt in every way."""

    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="heapreel_samples_")
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)
        self.reel = self.folder / smallest().name
        shutil.copy(smallest(), self.reel)
        lines = (SAMPLES / "README.md").read_text("utf-8").splitlines()
        self.row = next(line for line in lines if line.startswith(f"| `{self.reel.name}` |"))
        self.write_table(self.row)

    def write_table(self, *rows):
        (self.folder / "README.md").write_text("\n".join(rows) + "\n", "utf-8")

    def wrong(self):
        return table.differences(heapreel, self.folder)

    def test_the_copy_itself_is_right(self):
        self.assertEqual((self.wrong(), unsound(self.folder), private(self.folder)), ([], [], []))

    def test_a_turned_bit_is_seen(self):
        data = bytearray(self.reel.read_bytes())
        data[len(data) // 2] ^= 1
        self.reel.write_bytes(data)
        self.assertEqual(unsound(self.folder), [self.reel.name])

    def test_another_reel_under_the_name_is_seen(self):
        shutil.copy(max(reels(SAMPLES), key=lambda path: path.stat().st_size), self.reel)
        self.assertIn("content id", " ".join(self.wrong()))

    def test_every_figure_of_the_table_counts(self):
        cells = self.row.split(" | ")
        for column in table.FIGURES:
            at = table.COLUMNS.index(column)
            other = "`0000`" if column == "content id" else "12,345"
            self.write_table(" | ".join([*cells[:at], other, *cells[at + 1:]]))
            self.assertEqual(len(self.wrong()), 1, column)
            self.assertIn(column, self.wrong()[0])

    def test_unnamed_and_missing_reels_are_seen(self):
        shutil.copy(self.reel, self.folder / "unnamed.reel")
        self.write_table(self.row, self.row.replace(self.reel.name, "missing.reel"))
        self.assertEqual(self.wrong(), ["missing.reel is in the table and not in the folder",
                                        "unnamed.reel is in the folder and not in the table"])

    def test_a_reel_that_was_not_scrubbed_is_seen(self):
        recorded = self.folder / "plain"
        self.assertEqual(run("record", "-q", "-o", recorded, "--", sys.executable, "-c", "pass").returncode, 0)
        self.assertEqual(run("pack", "--force", recorded, "-o", self.reel).returncode, 0)
        self.assertEqual(private(self.folder), [self.reel.name])
        self.assertEqual(run("pack", "--force", "--scrub", recorded, "-o", self.reel).returncode, 0)
        self.assertEqual(private(self.folder), [])

    def test_too_many_bytes_are_seen(self):
        self.assertTrue(too_large(self.folder, self.reel.stat().st_size - 1))
        self.assertFalse(too_large(self.folder, self.reel.stat().st_size))


if __name__ == "__main__":
    heapreel = str(pathlib.Path(sys.argv.pop(1)).resolve())
    with tempfile.TemporaryDirectory(prefix="heapreel_samples_cache_") as cache:
        os.environ["XDG_CACHE_HOME"] = cache
        unittest.main()
