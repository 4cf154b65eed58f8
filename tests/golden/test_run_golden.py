#!/usr/bin/env python3
"""The control of run_golden.py: cases that are wrong in one way each must be reported, and a right one must pass."""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

RUNNER = pathlib.Path(__file__).resolve().parent / "run_golden.py"
BIN = sys.argv.pop(1)
SCRIPT = "echo out; echo err >&2; exit 3\n"
RIGHT = {"case.sh": SCRIPT, "case.stdout": "out\n", "case.stderr": "err\n", "case.exit": "3\n"}


def run(files, *options):
    """The runner's status and text for a folder of these files, and the files it leaves."""
    env = {name: value for name, value in os.environ.items() if name != "HEAPREEL_UPDATE_GOLDEN"}
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            (pathlib.Path(folder) / name).write_text(text, "utf-8")
        done = subprocess.run([sys.executable, str(RUNNER), "--bin", BIN, *options, folder], env=env,
                              capture_output=True, text=True, check=False)
        left = {path.name: path.read_text("utf-8") for path in pathlib.Path(folder).iterdir()}
    return done.returncode, done.stdout, left


class RunnerTest(unittest.TestCase):
    def test_right_goldens_pass(self):
        self.assertEqual(run(RIGHT)[0], 0)

    def test_each_wrong_golden_fails(self):
        for name, wrong in (("stdout", "in\n"), ("stderr", "fine\n"), ("exit", "0\n"), ("stdout", "out")):
            status, text, _ = run({**RIGHT, f"case.{name}": wrong})
            self.assertEqual(status, 1, name)
            self.assertIn(f"actual case.{name}", text)

    def test_each_missing_golden_fails(self):
        for name in ("stdout", "stderr", "exit"):
            files = {key: text for key, text in RIGHT.items() if key != f"case.{name}"}
            self.assertEqual(run(files)[0], 1, name)

    def test_no_goldens_at_all_fails(self):
        self.assertEqual(run({"case.sh": "true\n"})[0], 1)

    def test_empty_folder_fails(self):
        self.assertEqual(run({})[0], 1)

    def test_update_writes_what_then_passes(self):
        status, _, left = run({"case.sh": SCRIPT}, "--update")
        self.assertEqual(status, 0)
        self.assertEqual(left, RIGHT)


if __name__ == "__main__":
    unittest.main()
