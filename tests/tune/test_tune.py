"""`heapreel tune` as a whole, on a small made-up reel: what it writes agrees with itself, and bad input is told apart."""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

BINARY = pathlib.Path(sys.argv.pop(1)).resolve()


def heapreel(*words, cwd=None):
    return subprocess.run([str(BINARY), *map(str, words)], cwd=cwd, capture_output=True, text=True, timeout=240,
                          check=False)


class Tune(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.here = pathlib.Path(cls.folder.name)
        cls.reel = cls.here / "small.reel"
        done = heapreel("generate", "churn", "-o", cls.reel, "--events", 20000, "--seed", 1)
        if done.returncode != 0:
            raise RuntimeError(done.stderr)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def tune(self, *words):
        done = heapreel("tune", "--no-cache", "--quick", "--json", "-", *words, self.reel, cwd=self.here)
        self.assertEqual(done.returncode, 0, done.stderr + done.stdout[-2000:])
        self.assertIn("about", done.stderr)  # the estimate comes first
        return json.loads(done.stdout)

    def test_all_allocators(self):
        tuned = self.tune("--seed", 3)
        self.assertEqual(tuned["schema"], "heapreel.tune/1")
        self.assertEqual(tuned["results"]["schema"], "heapreel.results/1")
        self.assertEqual([drop["name"] for drop in tuned["dropped"]], [])
        self.assertGreater(tuned["settings_tried"], 30)
        self.assertLessEqual(sum(len(rung["candidates"]) * rung["rounds"] for rung in tuned["rungs"]), 60)
        names = [row["name"] for row in tuned["final"]]
        self.assertEqual(names, [row["name"] for row in tuned["results"]["allocators"]])
        self.assertEqual(set(names[:4]), {"glibc", "jemalloc", "tcmalloc", "mimalloc"})
        self.assertEqual(tuned["reference"], "glibc")
        self.final(tuned)

    def final(self, tuned):
        """Settings are proven in the final itself, claims stand behind what is recommended."""
        rows = {row["name"]: row for row in tuned["final"]}
        for row in tuned["results"]["allocators"]:
            knobs = {knob["name"]: knob for knob in row["knobs"] if "asked" in knob}
            self.assertEqual(len(knobs), len(rows[row["name"]]["settings"]), row["name"])
            self.assertTrue(all(knob["proven"] for knob in knobs.values()), knobs)
        for figure in ("speed", "memory"):
            name = tuned["recommendation"][figure]
            if name is None:
                continue
            to = "time" if figure == "speed" else "memory"
            claim = rows[name][f"{to}_to_reference"]
            self.assertFalse(claim["tie"])
            self.assertLess(claim["ci95"][1], 1 - tuned["claimable_difference"][to])
            if rows[name]["settings"]:
                self.assertFalse(rows[name][f"{to}_to_own_default"]["tie"])
        self.assertTrue(any(row["pareto"] for row in rows.values()))
        self.assertEqual(rows["jemalloc"]["deploy"][-1], "./app")
        self.assertTrue(rows["jemalloc"]["deploy"][0].startswith("LD_PRELOAD=/"))

    def test_text_and_file(self):
        out = self.here / "tuned.json"
        done = heapreel("tune", "--no-cache", "--quick", "--allocators", "glibc", "--for", "memory", "--json", out, self.reel)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("MEMORY", done.stdout)
        self.assertNotIn("SPEED", done.stdout)
        self.assertTrue(all(len(line) <= 80 for line in done.stdout.splitlines()), done.stdout)
        self.assertEqual({row["allocator"] for row in json.loads(out.read_text())["final"]}, {"glibc"})
        again = heapreel("tune", "--quick", "--allocators", "glibc", "--json", out, self.reel)
        self.assertEqual(again.returncode, 1)
        self.assertIn("--force", again.stderr)

    def test_what_is_set_stays(self):
        tuned = self.tune("--allocators", "jemalloc", "--set", "MALLOC_CONF=narenas:3", "--budget", 20)
        self.assertGreater(tuned["left_out"], 0)
        for rung in tuned["rungs"]:
            self.assertTrue(all("narenas" not in row["settings"] for row in rung["candidates"]))
        for row in tuned["final"]:
            self.assertTrue(row["env"][0].startswith("MALLOC_CONF=narenas:3"), row)

    def test_bad_input(self):
        text = self.here / "text.reel"
        text.write_text("no reel")
        for words, status, says in ((["--budget", "0", self.reel], 2, "--budget"),
                                    (["--for", "beauty", self.reel], 2, "beauty"),
                                    (["--allocators", "nonesuch", self.reel], 2, "nonesuch"),
                                    (["--quick", "--rounds", "5", self.reel], 2, "--rounds"),
                                    ([text], 1, "text.reel"),
                                    ([self.here / "gone.reel"], 1, "gone.reel")):
            with self.subTest(words):
                out = self.here / "never.json"
                done = heapreel("tune", "--json", out, *words)
                self.assertEqual(done.returncode, status, done.stderr)
                self.assertIn(says, done.stderr)
                self.assertIn("hint: ", done.stderr)
                self.assertFalse(out.exists())


if __name__ == "__main__":
    unittest.main()
