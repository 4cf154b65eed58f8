"""`replay`, `report`, `compare` and `try` from end to end: the same figures in every output, and nothing claimed of what
was not measured.

usage: test_commands.py FOLDER_OF_HEAPREEL SCHEMA PLATEAU BACKLOG [CASE...]
"""
import copy
import csv
import io
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import schema

BIN, SCHEMA, PLATEAU, BACKLOG = (str(pathlib.Path(word).resolve()) for word in sys.argv[1:5])
HEAPREEL = BIN + "/heapreel"


def run(*words, status=0, env=None):
    done = subprocess.run([HEAPREEL, *map(str, words)], capture_output=True, text=True, timeout=200, check=False,
                          env={**os.environ, **(env or {})})
    if status is not None and done.returncode != status:
        raise AssertionError(f"{words}: exit status {done.returncode}, not {status}\n{done.stdout}\n{done.stderr}")
    return done


class Commands(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.temporary.name)
        cls.reel = cls.folder / "trees.reel"
        run("generate", "json-tree", "--events", "60k", "--seed", 1, "-o", cls.reel)
        cls.said = run("replay", cls.reel, "--rounds", 3, "--allocators", "glibc,jemalloc,mimalloc", "--json",
                       cls.folder / "results.json", "--csv", cls.folder / "out.csv", "--markdown",
                       cls.folder / "out.md", "--report", cls.folder / "out.html").stdout
        cls.results = json.loads((cls.folder / "results.json").read_text())

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def path(self, name, value):
        path = self.folder / name
        path.write_text(value if isinstance(value, str) else json.dumps(value) + "\n")
        return path

    def test_the_schema_describes_all_of_it(self):
        with open(SCHEMA, encoding="utf-8") as text:
            rules = json.load(text)
        self.assertEqual(schema.faults_of(self.results, rules), [])
        for spoil in (lambda it: it.update(extra=1), lambda it: it["machine"].pop("cpu"),
                      lambda it: it["aa"].update(claimable_difference=-1),
                      lambda it: it["allocators"][0]["rss_peak_bytes"].update(median="much")):
            wrong = copy.deepcopy(self.results)
            spoil(wrong)
            self.assertNotEqual(schema.faults_of(wrong, rules), [])

    def test_every_output_tells_the_same(self):
        rows = {(row["allocator"], row["metric"]): row for row in csv.DictReader(io.StringIO((self.folder / "out.csv").read_text()))}
        markdown = (self.folder / "out.md").read_text()
        for allocator in self.results["allocators"]:
            peak = allocator["rss_peak_bytes"]["median"]
            self.assertEqual(float(rows[allocator["name"], "rss_peak_bytes"]["value"]), peak)
            shown = f"{peak / 2**20:.2f} MiB" if peak < 10 * 2**20 else f"{peak / 2**20:.1f} MiB"
            self.assertIn(shown, self.said)
            self.assertIn(shown, markdown)
        self.assertTrue((self.folder / "out.html").read_text().startswith("<!doctype html>"))

    def test_results_tell_what_made_them(self):
        self.assertEqual(self.results["command"][:4], ["heapreel", "replay", str(self.reel), "--rounds"])
        self.assertRegex(self.results["made_at"], r"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$")

    def test_a_report_says_what_the_replay_said(self):
        again = run("report", self.folder / "results.json").stdout
        self.assertEqual(again, self.said)
        page = run("report", self.folder / "results.json", "-o", "-").stdout
        self.assertIn("heapreel.page/1", page)
        self.assertEqual(run("report", self.folder / "results.json", "--markdown", "-").stdout, (self.folder / "out.md").read_text())

    def test_it_fits_and_steers_nothing(self):
        for env in ({"LC_ALL": "C"}, {"LC_ALL": "C.UTF-8"}, {"LC_ALL": "C.UTF-8", "NO_COLOR": "1"}):
            text = run("report", self.folder / "results.json", env=env).stdout
            self.assertNotIn("\x1b", text)
            self.assertTrue(all(len(line) <= 80 for line in text.splitlines()[1:]), text)
            self.assertEqual(text.isascii(), env["LC_ALL"] == "C")

    def test_comparing_with_itself_finds_nothing(self):
        path = self.folder / "results.json"
        said = json.loads(run("compare", path, path, "--fail-if", "rss_peak>+1%", "--json", "-").stdout)
        self.assertTrue(said["same_machine"])
        self.assertTrue(all(change["tie"] for change in said["changes"]), said["changes"])

    def test_a_regression_fails_and_noise_does_not(self):
        worse = copy.deepcopy(self.results)
        peak = worse["allocators"][1]["rss_peak_bytes"]
        peak["samples"] = [sample * 1.2 for sample in peak["samples"]]
        base, new = self.folder / "results.json", self.path("worse.json", worse)
        done = run("compare", base, new, "--fail-if", "rss_peak>+3%", status=3)
        self.assertIn("FAILED jemalloc: rss_peak +20.0 %", done.stdout)
        run("compare", base, new, "--fail-if", "rss_peak>+25%")
        run("compare", base, new, "--fail-if", "mimalloc:rss_peak>+3%")
        run("compare", new, base, "--fail-if", "rss_peak>+3%")

    def test_times_of_another_machine_are_refused(self):
        other = copy.deepcopy(self.results)
        other["machine"]["cpu"] = "Another CPU"
        base, new = self.folder / "results.json", self.path("other.json", other)
        done = run("compare", base, new, "--fail-if", "ns_per_op>+5%", status=1)
        self.assertIn("--across-machines", done.stderr)
        self.assertIn("times are left out", run("compare", base, new).stdout)
        run("compare", base, new, "--across-machines", "--fail-if", "ns_per_op>+5%")

    def test_a_history_is_kept_and_drawn(self):
        history, path = self.folder / "history", self.folder / "results.json"
        self.assertIn("first of the history", run("compare", path, "--history", history, "--commit", "c1").stderr)
        run("compare", path, "--history", history, "--commit", "c2", "--fail-if", "rss_peak>+1%")
        self.assertEqual([it.name for it in sorted(history.iterdir())], ["000001-c1.json", "000002-c2.json"])
        page = run("report", path, "--history", history, "-o", "-").stdout
        data = re.search(r'id="heapreel-data">(.*?)</script>', page, re.S).group(1)
        trend = json.loads(data)["trend"]
        self.assertEqual([point["commit"] for point in trend["points"]], ["c1", "c2"])

    def test_bad_results_are_named(self):
        text = (self.folder / "results.json").read_text()
        for name, value, why in (("cut.json", text[:1000], "cut off"), ("old.json", text.replace("results/1", "results/9", 1), "results/9"),
                                 ("nan.json", text.replace('"wall_s":', '"wall_s":NaN,"x":', 1), "no JSON"),
                                 ("less.json", {**self.results, "wall_s": -1}, "wall_s is -1"),
                                 ("none.json", {**self.results, "allocators": []}, "has no allocator"), ("empty.json", "", "empty")):
            done = run("report", self.path(name, value), "-o", self.folder / "never.html", status=1)
            self.assertIn(why, done.stderr)
            self.assertIn("hint: ", done.stderr)
            self.assertFalse((self.folder / "never.html").exists())

    def test_two_hundred_allocators_and_one(self):
        many, one = copy.deepcopy(self.results), copy.deepcopy(self.results)
        many["allocators"] = [{**copy.deepcopy(many["allocators"][0]), "name": f"a{i}"} for i in range(200)]
        many["config"]["reference"] = "a0"
        one["allocators"] = one["allocators"][:1]
        page = run("report", self.path("many.json", many), "-o", "-").stdout
        self.assertLess(len(page.encode()), 1_500_000)
        self.assertIn("Stay with glibc", run("report", self.path("one.json", one)).stdout)

    def test_an_output_is_never_lost_nor_half_written(self):
        precious = self.path("precious.html", "precious")
        run("report", self.folder / "results.json", "-o", precious, status=1)
        self.assertEqual(precious.read_text(), "precious")
        done = run("report", self.folder / "results.json", "-o", "/nowhere/out.html", status=1)
        self.assertIn("/nowhere", done.stderr)
        run("report", self.folder / "results.json", "-o", "-", "--csv", "-", status=2)

    def test_try_in_one_go(self):
        out = self.folder / "tried"
        done = run("try", "--quick", "--allocators", "glibc,mimalloc", "-o", out, "--", PLATEAU, 24, 16, 300, status=None)
        self.assertIn(done.returncode, (0, 3), done.stderr)
        self.assertRegex(done.stderr, r"one run takes .* to go, .* recorded: about ")
        self.assertEqual(sorted(it.name for it in out.iterdir()), ["first.reel", "report.html", "results.json"])
        results = json.loads((out / "results.json").read_text())
        level = results["selfcheck"]["level"]
        self.assertIn(f"elf-check {'is ' if level in ('red', 'refused') else ''}{level}", done.stdout)
        self.assertEqual(done.returncode == 0, level in ("green", "yellow") and results["fidelity_holds"])
        self.assertEqual(results["command"][-5:], ["--", PLATEAU, "24", "16", "300"])
        if "LD_PRELOAD" in done.stdout:
            self.assertIn(f"{PLATEAU} 24 16 300", done.stdout)
        self.assertIn("exists", run("try", "-o", out, "--", PLATEAU, status=1).stderr)

    def test_control_try_recommends_nothing_when_red(self):
        out = self.folder / "red"
        done = run("try", "--quick", "--touch", "none", "--allocators", "glibc,mimalloc", "-o", out, "--", PLATEAU, 24, 16, 300, status=3)
        self.assertIn("No recommendation: the self-check is red.", done.stdout)
        self.assertNotIn("LD_PRELOAD", done.stdout)

    def test_a_reader_that_leaves_early_is_no_reason_to_abort(self):
        words = [HEAPREEL, "try", "--quick", "--allocators", "glibc", "-o", self.folder / "early", "--", PLATEAU, 1, 1, 50]
        child = subprocess.Popen([str(word) for word in words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        child.stderr.close()
        self.assertIn(child.wait(timeout=200), (0, 3))

    # Its live memory depends on how often it ran before: as of a queue that nobody bounds.
    def test_try_refuses_a_load_that_changes(self):
        out = self.folder / "backlog"
        done = run("try", "--rounds", 3, "--allocators", "glibc,mimalloc", "-o", out, "--", BACKLOG, self.folder / "count", status=3)
        self.assertIn("No recommendation: the self-check is refused.", done.stdout)
        self.assertNotIn("LD_PRELOAD", done.stdout)
        self.assertTrue((out / "second.reel").exists())

    def test_try_of_what_cannot_be_run(self):
        done = run("try", "-o", self.folder / "x1", "--", "/no/such/program", status=None)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("/no/such/program", done.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[5:], verbosity=2)
