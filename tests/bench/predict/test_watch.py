"""Of watch.py: a program of known memory, and what must be refused."""
import pathlib
import tempfile
import unittest

import watch

# 64 MiB from a third of its time on.
GROWS = "import time; time.sleep(0.3); x = b'x' * (64 << 20); time.sleep(0.6)"


class Watch(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.addCleanup(self.temporary.cleanup)
        self.folder = pathlib.Path(self.temporary.name)

    def run_python(self, text, **more):
        return watch.run(["/usr/bin/python3", "-S", "-c", text], self.folder, 30, **more)

    def test_peak_and_mean_of_a_program(self):
        base = self.run_python("import time; time.sleep(0.1)")
        run = self.run_python(GROWS)
        self.assertAlmostEqual(run.peak_bytes - base.peak_bytes, 64 << 20, delta=1 << 20)
        self.assertGreater(run.mean_bytes, 0.4 * run.peak_bytes)
        self.assertLess(run.mean_bytes, 0.9 * run.peak_bytes)
        self.assertGreater(run.minor_faults, 1000)

    def test_a_program_that_fails(self):
        with self.assertRaisesRegex(watch.RunFailed, "exit status 3: told"):
            self.run_python("import sys; print('told', file=sys.stderr); sys.exit(3)")

    def test_a_program_that_overruns_is_ended(self):
        watched = watch.Watched(["/bin/sleep", "60"], self.folder)
        try:
            with self.assertRaisesRegex(watch.RunFailed, "not over"):
                watched.finish(0.2)
        finally:
            watched.close()
        self.assertIsNotNone(watched.process.returncode)

    def test_a_library_that_was_not_loaded(self):
        with self.assertRaisesRegex(watch.RunFailed, "was not loaded"):
            self.run_python("import time; time.sleep(0.2)", preload="/nowhere/libnothing.so")

    def test_a_mean_weighs_by_time(self):
        area = watch.Area()
        for now, value in ((0, 10), (1, 10), (2, 100), (2.1, 10), (3.1, 10)):
            area.add(now, value)
        self.assertEqual(area.peak, 100)
        self.assertAlmostEqual(area.mean(), (2 * 10 + 0.1 * 100 + 1 * 10) / 3.1)


if __name__ == "__main__":
    unittest.main()
