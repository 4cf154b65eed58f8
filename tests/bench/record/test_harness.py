#!/usr/bin/env python3
"""The benchmark as a whole, with recorders made of a few lines: test_harness.py BUILD_FOLDER

The controls are recorders that are slow, lossy, broken or stuck: each must show, and nothing of a run may outlive it.
No time is asserted, but for ratios of a recorder that runs the program four times.
"""
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import process

HERE = pathlib.Path(__file__).resolve().parent
BUILD = pathlib.Path(sys.argv.pop(1)) if len(sys.argv) > 1 else HERE.parents[2] / "build/release"

RECORDER = """#!/usr/bin/python3
import json, pathlib, subprocess, sys, time
runs, events, lost, status, seconds = {runs}, {events}, {lost}, {status}, {seconds}
if sys.argv[1:] == ["record", "--help"]:
    sys.exit(0)
if sys.argv[1] == "info":
    print(json.dumps(dict(complete=True, events=events, lost_events=lost, bytes_on_disk=500)))
    sys.exit(0)
pathlib.Path(sys.argv[sys.argv.index("-o") + 1]).write_text("a reel")
for _ in range(runs):
    subprocess.run(sys.argv[sys.argv.index("--") + 1:], check=True)
time.sleep(seconds)
sys.exit(status)
"""


SOUND = {"runs": 1, "events": 10**9, "lost": 0, "status": 0, "seconds": 0}


def sleeping(mark):
    """The processes that run `sleep MARK`."""
    return [path for path in pathlib.Path("/proc").glob("[0-9]*/cmdline")
            if read_or_nothing(path) == b"sleep\0" + mark.encode() + b"\0"]


def read_or_nothing(path):
    try:
        return path.read_bytes()
    except OSError:
        return b""


class Harness(unittest.TestCase):
    def setUp(self):
        held = tempfile.TemporaryDirectory()
        self.addCleanup(held.cleanup)
        self.folder = pathlib.Path(held.name)

    def bench(self, *flags, row="micro", **faults):
        fake = self.folder / "heapreel"
        fake.write_text(RECORDER.format(**{**SOUND, **faults}))
        fake.chmod(0o755)
        written = self.folder / "out.json"
        done = subprocess.run([sys.executable, "-B", HERE / "bench_record.py", "--quick", "--rows", row,
                               "--peers", "none,heapreel", "--build", BUILD, "--heapreel", fake, "--json", written,
                               "--output-dir", self.folder / "tmp", *flags],
                              capture_output=True, text=True, check=False)
        figures = json.loads(written.read_text())["figures"] if written.exists() else []
        return done, {(f["title"], f["phase"]): f for f in figures}

    def one(self, figures, title):
        return next(figure for (found, _), figure in figures.items() if found == title)

    def test_a_recorder_that_does_nothing(self):
        done, figures = self.bench()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertTrue(self.one(figures, "events lost")["met"])
        self.assertIn("micro: added thread CPU, ns/event", done.stdout)
        self.assertEqual(list((self.folder / "tmp").iterdir()), [])

    def test_a_slow_recorder_shows(self):
        _, once = self.bench()
        _, four_times = self.bench(runs=4)
        title = "wall of the whole command"
        self.assertGreater(self.one(four_times, title)["median"], 1.5 * self.one(once, title)["median"])

    def test_lost_events_show(self):
        _, figures = self.bench(lost=3)
        self.assertFalse(self.one(figures, "events lost")["met"])

    def test_events_that_are_missing_are_a_fault(self):
        done, _ = self.bench(events=1000)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, "1000 events recorded and 0 lost of [0-9]+")

    def test_a_broken_recorder_shows(self):
        done, figures = self.bench(status=5)
        self.assertEqual(done.returncode, 1)
        self.assertIn("failed: round 1: micro: heapreel: RunFailed:", done.stdout)
        self.assertIn("exit status 5", done.stdout)
        self.assertNotIn("heapreel", {figure["peer"] for figure in figures.values()})

    def test_a_stuck_recorder_is_ended(self):
        done, _ = self.bench("--timeout", "3", seconds=1000)
        self.assertEqual(done.returncode, 1)
        self.assertIn("not over in 3 s", done.stdout)

    def test_nothing_outlives_a_bench_that_is_ended(self):
        mark = f"9{os.getpid()}"
        fake = self.folder / "recorder"
        fake.write_text(f"#!/bin/sh\n[ \"$2\" = --help ] || exec sleep {mark}\n")
        fake.chmod(0o755)
        bench = subprocess.Popen([sys.executable, "-B", HERE / "bench_record.py", "--quick", "--rows", "micro",
                                  "--peers", "heapreel", "--build", BUILD, "--heapreel", fake,
                                  "--output-dir", self.folder / "tmp", "--json", self.folder / "out.json"],
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(lambda: [os.kill(int(path.parent.name), signal.SIGKILL) for path in sleeping(mark)])
        while not sleeping(mark):
            self.assertIsNone(bench.poll())
            time.sleep(0.05)
        bench.terminate()
        self.assertEqual(bench.wait(30), 143)
        self.assertEqual(sleeping(mark), [])
        self.assertTrue((self.folder / "out.json").exists())
        self.assertEqual(list((self.folder / "tmp").iterdir()), [])

    def test_stack_modes_are_over_the_recorder_without(self):
        done, figures = self.bench("--peers", "none,heapreel,heapreel-fp", row="stacks-10")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(self.one(figures, "stacks at depth 10, added thread CPU, ns/malloc")["base"], "heapreel")

    def test_unknown_names_are_refused(self):
        done, _ = self.bench("--peers", "nobody")
        self.assertEqual(done.returncode, 2)
        self.assertIn("unknown peer 'nobody'", done.stderr)
        done, _ = self.bench(row="nothing")
        self.assertEqual(done.returncode, 2)
        self.assertIn("unknown row 'nothing'", done.stderr)


class Process(unittest.TestCase):
    """What the harness stands on: the cost of all descendants, orphans too."""

    def setUp(self):
        held = tempfile.TemporaryDirectory()
        self.addCleanup(held.cleanup)
        self.folder = pathlib.Path(held.name)
        process.adopt_orphans()

    def run_python(self, text):
        return process.run([sys.executable, "-S", "-c", text], self.folder)

    def test_cpu_of_an_orphan_counts(self):
        orphan = "import os, time\nif os.fork() == 0:\n  os.setsid()\n  while time.process_time() < 0.3: pass\n"
        self.assertGreater(self.run_python(orphan).cpu_ns, 0.25e9)

    def test_an_orphan_that_stays_is_ended_and_named(self):
        self.addCleanup(setattr, process, "ORPHANS_TIMEOUT_S", process.ORPHANS_TIMEOUT_S)
        process.ORPHANS_TIMEOUT_S = 0.3
        with self.assertRaisesRegex(process.RunFailed, "1 processes that the command left behind"):
            self.run_python("import os, time\nif os.fork() == 0: os.setsid(); time.sleep(1000)")
        self.assertEqual(process.children(), [])

    def test_a_kept_service_is_left_alone(self):
        service = subprocess.Popen(["sleep", "1000"])
        try:
            process.run(["true"], self.folder, keep=(service.pid,))
            self.assertIsNone(service.poll())
        finally:
            service.kill()
            service.wait()

    def test_a_command_that_fails_says_why(self):
        with self.assertRaisesRegex(process.RunFailed, "exit status 3: because"):
            self.run_python("import sys; sys.stderr.write('because'); sys.exit(3)")


if __name__ == "__main__":
    unittest.main()
