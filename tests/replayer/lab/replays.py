"""`heapreel replay` as a whole: good allocators, bad ones, wrong ones, bad reels.

Each case records or is given a reel, replays it, and looks at results.json and the exit status. A row that is wrong must be
reported as what it is, and the others must go on.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

BIN = LIBS = GOLDEN = None
SECONDS = 240

FAULTS = {
    "RETURNS_NULL": "returned NULL to malloc of 48 bytes",
    "MISALIGNED": "returned misaligned memory",
    "OVERLAPS": "overlaps a living block",
    "CRASHES": "crashed: SIGSEGV",
    "SCRIBBLES": "changed",
    "DIRTY_CALLOC": "not zero",
}


def heapreel(*words, cwd=None, seconds=SECONDS):
    return subprocess.run([str(BIN / "heapreel"), *map(str, words)], cwd=cwd, capture_output=True, text=True,
                          timeout=seconds, check=False)


class Replays(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.here = pathlib.Path(cls.folder.name)
        cls.reel = cls.here / "asks.reel"
        done = heapreel("record", "-q", "-o", cls.reel, "--", LIBS / "asks")
        if done.returncode != 0:
            raise RuntimeError(done.stderr)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def replay(self, *words, reel=None, status=0):
        # One byte of a block: the program's great one would cost the tests their time.
        touch = [] if "--touch" in words else ["--touch", "first"]
        done = heapreel("replay", "--no-cache", "--json", "-", *touch, *words, reel or self.reel, cwd=self.here)
        if status == 0 and done.returncode == 3 and "--touch" in touch + list(words):
            # Another way of touching than the program's: where its memory is known at all, the self-check must say so.
            failed = [name for name, gate in json.loads(done.stdout)["fidelity"].items() if gate["pass"] is False]
            self.assertEqual(failed, ["self-check"], done.stderr)
            return json.loads(done.stdout)
        self.assertEqual(done.returncode, status, done.stderr + done.stdout[-3000:])
        return json.loads(done.stdout)

    def row(self, results, name):
        return next(row for row in results["allocators"] if row["name"] == name)

    def test_all_four(self):
        results = self.replay("--rounds", 3, "--seed", 7)
        self.assertEqual(results["schema"], "heapreel.results/1")
        self.assertEqual([row["name"] for row in results["allocators"]], ["glibc", "jemalloc", "tcmalloc", "mimalloc"])
        libraries = {"glibc": "libc.so", "jemalloc": "libjemalloc", "tcmalloc": "libtcmalloc", "mimalloc": "libmimalloc"}
        for row in results["allocators"]:
            with self.subTest(row["name"]):
                self.assertTrue(row["verified"])
                self.assertIn(libraries[row["name"]], row["library"])
                self.assertIn(row["name"] if row["name"] != "tcmalloc" else "gperftools", row["version"])
                self.assertRegex(row["build_id"], "^[0-9a-f]{16,}$")
                self.assertEqual(len(row["ns_per_op"]["samples"]), 3)
                low, high = row["ns_per_op"]["ci95"]
                self.assertTrue(0 < low <= row["ns_per_op"]["median"] <= high)
                self.assertGreater(row["rss_peak_bytes"]["median"], row["rss_base_bytes"]["median"])
                self.assertGreater(row["live_peak_bytes"]["median"], 1 << 30)
                self.assertGreater(row["latency_ns"]["malloc"]["count"], 0)
                self.assertGreater(len(row["timeline"]), 10)
                self.details(row)
        for gate in ("losses", "conservation", "re-record", "live bytes", "harness"):
            self.assertEqual(results["fidelity"][gate]["state"], "pass", results["fidelity"][gate])
        self.assertEqual(results["fidelity"]["pace"]["state"], "skipped")
        self.assertEqual(results["reel"]["threads"], 2)
        self.assertEqual(results["config"]["seed"], 7)
        self.assertEqual({row["name"] for row in results["references"]}, {"bump", "pool"})
        self.assertEqual(results["program"]["allocator"], "glibc")
        self.assertNotIn("references", results["program"])  # there were no reference runs

    def details(self, row):
        """What explains a row's figures: no longer than it may be, and in agreement with them."""
        self.assertEqual(set(row["latency_ns_curve"]), set(row["latency_ns"]))
        for call, points in row["latency_ns_curve"].items():
            self.assertLessEqual(len(points), 60)
            self.assertEqual(points, sorted(points))
            self.assertEqual(points[-1], [1, row["latency_ns"][call]["max"]])
        slowest = row["slowest_calls"]
        self.assertEqual(len(slowest), 20)
        self.assertEqual([call["ns"] for call in slowest], sorted((call["ns"] for call in slowest), reverse=True))
        self.assertGreaterEqual(slowest[0]["ns"], max(call["max"] for call in row["latency_ns"].values()))
        self.assertTrue(all(call["thread"] in (0, 1) and call["round"] in (1, 2, 3) for call in slowest))
        self.assertTrue(row["knobs"] and all("asked" not in knob for knob in row["knobs"]))

    def test_bad_allocators(self):
        names = ",".join(f"{fault.lower()}={LIBS}/bad_{fault.lower()}.so" for fault in FAULTS)
        results = self.replay("--rounds", 1, "--allocators", f"glibc,{names},sound={LIBS}/bad_nothing.so", status=1)
        for fault, words in FAULTS.items():
            with self.subTest(fault):
                row = self.row(results, fault.lower())
                self.assertIn(words, row["failed"]["what"])
                self.assertEqual(row["failed"]["pass"], "verify")
                self.assertNotIn("ns_per_op", row)
        for name in ("glibc", "sound"):  # they went on
            row = self.row(results, name)
            self.assertTrue(row["verified"])
            self.assertEqual(len(row["ns_per_op"]["samples"]), 1)
        self.assertEqual(self.row(results, "sound")["link"], "preload")

    def test_half_an_allocator(self):
        results = self.replay("--rounds", 1, "--allocators", f"glibc,half={LIBS}/bad_malloc_alone.so", status=1)
        self.assertIn("half is not in use: calloc leads to", self.row(results, "half")["failed"]["what"])

    def test_settings_reach_their_row(self):
        results = self.replay("--rounds", 1, "--allocators", "jemalloc", "--set", "jemalloc:MALLOC_CONF=abort_conf:true,x:1",
                              status=1)
        row = self.row(results, "jemalloc")
        self.assertEqual(row["env"], ["MALLOC_CONF=abort_conf:true,x:1"])
        self.assertIn("SIGABRT", row["failed"]["what"])  # jemalloc refuses what it does not know, as it was told
        self.assertIn("x:1", row["failed"]["detail"])

    def test_orders_and_paces(self):
        for words in (["--order", "strict"], ["--order", "deps"], ["--pace", "virtual"], ["--touch", "none"]):
            with self.subTest(words):
                results = self.replay("--rounds", 1, "--allocators", "glibc", *words)
                self.assertEqual(results["fidelity"]["conservation"]["state"], "pass")

    def test_recorded_times_are_kept_or_it_says_so(self):
        words = ("replay", "--no-cache", "--json", "-", "--touch", "first", "--rounds", "1", "--allocators", "glibc")
        done = heapreel(*words, "--pace", "0.05x", self.reel)
        gates = json.loads(done.stdout)["fidelity"]
        slow = gates["pace"]  # on a crowded machine it may fail; then it says so
        self.assertIn(slow["state"], ("pass", "fail"))
        failed = any(gate["pass"] is False for gate in gates.values())
        self.assertEqual(done.returncode, 3 if failed else 0, gates)
        self.assertGreater(slow["rate"], 0.5)
        self.assertLess(slow["rate"], 1.02)  # never ahead of its time
        done = heapreel(*words, "--pace", "1000x", self.reel)
        self.assertEqual(done.returncode, 3)  # nobody can be so fast
        self.assertEqual(json.loads(done.stdout)["fidelity"]["pace"]["state"], "fail")

    def test_quick_is_quick(self):
        began = time.monotonic()
        results = self.replay("--quick")
        took = time.monotonic() - began
        self.assertTrue(results["config"]["quick"])
        self.assertGreaterEqual(results["config"]["rounds"], 3)
        self.assertLess(results["wall_s"], took)
        # Processor time, and generously: others may be using the machine. Waits are what may stretch it.
        spent = sum(sum(row["cpu_s"]["samples"]) for row in results["allocators"])
        self.assertLess(spent, 10)

    def test_a_library_that_is_none(self):
        for path, words in ((LIBS / "no_malloc.so", "exports no malloc"),
                            (LIBS / "asks", "not a shared library"),
                            (self.reel, "is not an ELF file"),
                            (self.here / "gone.so", "No such file")):
            with self.subTest(path):
                done = heapreel("replay", "--allocators", f"mine={path}", self.reel)
                self.assertEqual(done.returncode, 1)
                self.assertIn("cannot use the allocator mine", done.stderr)
                self.assertIn(words, done.stderr)
                self.assertIn("hint:", done.stderr)

    def test_reels_that_cannot_be_replayed(self):
        empty = GOLDEN / "reels" / "empty.reel"
        done = heapreel("replay", "--no-cache", empty)
        self.assertEqual(done.returncode, 1)
        self.assertIn("it holds no allocations", done.stderr)
        done = heapreel("replay", "--no-cache", self.here / "gone.reel")
        self.assertEqual(done.returncode, 1)
        self.assertIn("No such file", done.stderr)

    def test_output_is_not_overwritten(self):
        out = self.here / "out.json"
        out.write_text("precious")
        done = heapreel("replay", "--rounds", 1, "--allocators", "glibc", "--json", out, self.reel)
        self.assertEqual(done.returncode, 1)
        self.assertIn("--force", done.stderr)
        self.assertEqual(out.read_text(), "precious")

    def test_text_fits(self):
        done = heapreel("replay", "--no-cache", "--rounds", 1, "--touch", "first", "--allocators", "glibc,jemalloc",
                        self.reel)
        self.assertIn(done.returncode, (0, 3), done.stderr)  # 3: the self-check sees the way of touching
        self.assertIn("FIDELITY", done.stdout)
        for line in done.stdout.splitlines()[1:]:
            self.assertLessEqual(len(line), 80, line)

    def test_allocators_command(self):
        done = heapreel("allocators", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = {row["name"]: row for row in json.loads(done.stdout)["allocators"]}
        self.assertEqual(set(rows), {"glibc", "jemalloc", "tcmalloc", "mimalloc", "null", "bump", "pool"})
        self.assertTrue(all(row["available"] for row in rows.values()))
        self.assertIn("5.", rows["jemalloc"]["version"])
        done = heapreel("allocators", f"mine={LIBS}/bad_malloc_alone.so")
        self.assertEqual(done.returncode, 1)
        self.assertIn("calloc leads to", done.stdout)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", type=pathlib.Path, required=True)
    parser.add_argument("--libraries", type=pathlib.Path, required=True)
    parser.add_argument("--golden", type=pathlib.Path, required=True)
    known, rest = parser.parse_known_args()
    BIN, LIBS, GOLDEN = known.bin.resolve(), known.libraries.resolve(), known.golden.resolve()
    unittest.main(argv=[sys.argv[0], *rest])
