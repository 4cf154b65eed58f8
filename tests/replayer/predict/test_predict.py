"""`heapreel predict` from the recording on: a program whose memory is known, and one that no replay can predict.

usage: test_predict.py FOLDER_OF_HEAPREEL PLATEAU BACKLOG [CASE...]
"""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

BIN, PLATEAU, BACKLOG = (str(pathlib.Path(word).resolve()) for word in sys.argv[1:4])
HEAPREEL = BIN + "/heapreel"
MIB = 1 << 20
LIVE, OWN = 24, 16


def run(words, status=0):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=150, check=False)
    if done.returncode != status:
        raise AssertionError(f"{words}: exit status {done.returncode}, not {status}\n{done.stdout}\n{done.stderr}")
    return done.stdout


class Predict(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.temporary.name)
        cls.reel = cls.record("plateau.reel", ["--reference", 2], [PLATEAU, LIVE, OWN, 800])

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    @classmethod
    def record(cls, name, flags, command):
        reel = cls.folder / name
        run([HEAPREEL, "record", "--quiet", "--force", "-o", reel, *flags, "--", *command])
        return reel

    def predict(self, *words, status=0):
        text = run([HEAPREEL, "predict", *words, "--allocators", "glibc", "--rounds", 2, "--no-cache", "--json", "-"], status)
        return json.loads(text)

    def test_a_program_of_known_memory_is_predicted(self):
        said = self.predict(self.reel)
        self.assertIn(said["selfcheck"]["level"], ("green", "yellow"))
        row = said["allocators"][0]
        self.assertTrue(row["recorded"])
        peak = row["predicted"]["rss_peak_bytes"]["value"]
        self.assertGreater(peak, (LIVE + OWN + 4) * MIB)
        self.assertLess(peak, (LIVE + OWN + 4) * MIB * 1.1)
        self.assertAlmostEqual(row["predicted"]["reasons"]["program_bytes"], OWN * MIB, delta=MIB)

    def test_control_red_when_nothing_is_touched(self):
        said = self.predict(self.reel, "--touch", "none", status=3)
        self.assertEqual(said["selfcheck"]["level"], "red")
        self.assertIsNone(said["allocators"][0]["predicted"].get("rss_peak_bytes"))

    def test_control_red_when_large_blocks_are_touched_whole(self):
        said = self.predict(self.reel, "--touch", "full", status=3)
        self.assertEqual(said["selfcheck"]["level"], "red")

    def test_the_recorded_allocator_is_replayed_though_not_asked_for(self):
        text = run([HEAPREEL, "predict", self.reel, "--allocators", "again=" + libc(), "--rounds", 2, "--no-cache"])
        self.assertIn("* glibc", text)
        self.assertIn("self-check ", text)
        self.assertTrue(all(len(line) <= 80 for line in text.splitlines()), text)

    def test_two_recordings_that_agree_are_no_reason_to_refuse(self):
        said = self.predict(self.reel, "--again", self.record("again.reel", [], [PLATEAU, LIVE, OWN, 100]))
        self.assertEqual(said["selfcheck"]["reasons"], [])

    def test_a_load_that_two_recordings_disagree_on_is_refused(self):
        counter = self.folder / "runs"
        first = self.record("first.reel", [], [BACKLOG, counter])
        second = self.record("second.reel", [], [BACKLOG, counter])
        said = self.predict(first, "--again", second, status=3)
        self.assertEqual(said["selfcheck"]["level"], "refused")
        self.assertIn("two recordings differ", said["selfcheck"]["reasons"][0])
        row = said["allocators"][0]["predicted"]
        self.assertIn("rss_peak_bounds", row)
        self.assertNotIn("rss_peak_bytes", row)
        self.assertNotEqual(self.predict(first, status=0)["selfcheck"]["level"], "refused")

    def test_a_load_that_reference_runs_disagree_on_is_refused(self):
        counter = self.folder / "reference-runs"
        reel = self.record("spread.reel", ["--reference", 4], [BACKLOG, counter])
        said = self.predict(reel, status=3)
        self.assertEqual(said["selfcheck"]["level"], "refused")
        self.assertIn("reference runs", said["selfcheck"]["reasons"][0])

    def test_another_allocator_gets_its_own_base(self):
        runners = pathlib.Path(BIN).parent / "lib/heapreel"
        if not (runners / "runner-tcmalloc").exists():
            self.skipTest("there is no runner with tcmalloc")
        text = run([HEAPREEL, "predict", self.reel, "--allocators", "glibc,tcmalloc", "--rounds", 2, "--no-cache", "--json",
                    "-"])
        rows = {row["name"]: row["predicted"] for row in json.loads(text)["allocators"]}
        self.assertGreater(rows["tcmalloc"]["reasons"]["own_base_bytes"], 2 * MIB)
        self.assertLess(rows["glibc"]["reasons"]["own_base_bytes"], MIB)


def libc():
    with open("/proc/self/maps", encoding="utf-8") as maps:
        return next(line.split()[-1] for line in maps if "/libc.so" in line or "/libc-2" in line)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[4:]])
