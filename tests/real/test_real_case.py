#!/usr/bin/env python3
"""The judge of real programs, judged: a sound pair of runs passes, and each thing that can be wrong is noticed."""
import pathlib
import sys
import types
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "programs"))

from compare import Mismatch  # noqa: E402
from real_case import RealCase, judge  # noqa: E402

SOUND = {"events": 500, "lost_events": 0, "unknown_frees": 0, "double_frees": 0, "implied_frees": 0,
         "allocator": "glibc 2.36"}
CASE = RealCase("sample", [], list, events_least=400)


def outcome(info, status=0, stdout="text", reels=1):
    reel = types.SimpleNamespace(path=pathlib.Path("app.reel"), info=lambda: info, check=lambda: None)
    return types.SimpleNamespace(status=status, stdout=stdout, stderr="", reels=[reel] * reels, folder=pathlib.Path())


class JudgeTest(unittest.TestCase):
    def test_a_sound_pair_passes(self):
        self.assertEqual(judge(CASE, outcome(SOUND), outcome(SOUND), "plain"), 500)

    def test_each_fault_is_noticed(self):
        faults = [outcome(SOUND, status=1), outcome(SOUND, stdout="other"), outcome(SOUND, reels=0)]
        for change in ({"lost_events": 1}, {"unknown_frees": 1}, {"double_frees": 1}, {"implied_frees": 1},
                       {"events": 300}, {"allocator": "jemalloc"}):
            faults.append(outcome({**SOUND, **change}))
        for fault in faults:
            with self.subTest(fault), self.assertRaises(Mismatch):
                judge(CASE, outcome(SOUND), fault, "plain")


if __name__ == "__main__":
    sys.exit(0 if unittest.main(exit=False).result.wasSuccessful() else 1)
