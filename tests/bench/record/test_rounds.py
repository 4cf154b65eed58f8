#!/usr/bin/env python3
"""The statistics: pairs are of one round and one phase, and a target that is missed is called missed."""
import types
import unittest

import rounds
import table
from rounds import Bound, Figure, Sample


def work(peers, *figures):
    return types.SimpleNamespace(name="w", peers=list(peers), figures=figures)


def sample(number, peer, phase=rounds.SAME_L3, failure="", **measures):
    return Sample(number, "w", peer, measures, failure, phase)


def summaries(figure, *samples, peers=("none", "heapreel")):
    return list(rounds.summaries([work(peers, figure)], samples))


RATIO = Figure("wall", "wall_ns", "ratio", {"heapreel": Bound(1.1)})


class Pairs(unittest.TestCase):
    def test_a_ratio_is_of_the_same_round(self):
        found, = summaries(RATIO, sample(0, "none", wall_ns=10), sample(0, "heapreel", wall_ns=11),
                           sample(1, "none", wall_ns=100), sample(1, "heapreel", wall_ns=120),
                           sample(2, "none", wall_ns=1000), sample(2, "heapreel", wall_ns=1300))
        self.assertEqual([round(value, 6) for value in found.values], [1.1, 1.2, 1.3])
        self.assertAlmostEqual(found.median, 1.2)
        self.assertEqual(found.base_median, 100)

    def test_a_pair_of_two_rounds_is_none(self):
        self.assertEqual(summaries(RATIO, sample(0, "none", wall_ns=10), sample(1, "heapreel", wall_ns=11)), [])

    def test_a_failed_run_is_no_value(self):
        self.assertEqual(summaries(RATIO, sample(0, "none", wall_ns=10),
                                   sample(0, "heapreel", failure="it broke", wall_ns=1)), [])

    def test_phases_are_kept_apart(self):
        other = rounds.OTHER_L3
        found = summaries(RATIO, sample(0, "none", wall_ns=1), sample(0, "heapreel", wall_ns=2),
                          sample(1, "none", other, wall_ns=1), sample(1, "heapreel", other, wall_ns=9))
        self.assertEqual([(s.phase, s.median) for s in found], [(rounds.SAME_L3, 2), (other, 9)])

    def test_added_is_per_event_of_the_base(self):
        figure = Figure("cpu", "cpu_ns", "added", per="events")
        found, = summaries(figure, sample(0, "none", cpu_ns=100, events=10),
                           sample(0, "heapreel", cpu_ns=150, events=999))
        self.assertEqual(found.median, 5)

    def test_another_base(self):
        figure = Figure("stacks", "ns", "added", bases={"heapreel-fp": "heapreel"})
        found = summaries(figure, sample(0, "none", ns=1), sample(0, "heapreel", ns=5), sample(0, "heapreel-fp", ns=7),
                          peers=("none", "heapreel", "heapreel-fp"))
        self.assertEqual([(s.peer, s.base, s.median) for s in found],
                         [("heapreel", "none", 4), ("heapreel-fp", "heapreel", 2)])

    def test_plain_needs_no_base(self):
        found, = summaries(Figure("lost", "lost", "plain", {"heapreel": Bound(0)}), sample(0, "heapreel", lost=3))
        self.assertEqual((found.median, found.base, found.met()), (3, "", False))


class Numbers(unittest.TestCase):
    def test_quantiles(self):
        self.assertEqual(rounds.quantile([3, 1, 2], 0.5), 2)
        self.assertEqual(rounds.quantile([1, 2, 3, 4], 0.25), 1.75)
        self.assertEqual(rounds.quantile([7], 0.75), 7)

    def test_phases(self):
        self.assertEqual(rounds.phase_of(199, 100), rounds.SAME_L3)
        self.assertEqual(rounds.phase_of(200, 370), rounds.OTHER_L3)
        self.assertEqual(rounds.phase_of(199, 200), rounds.MIXED)
        self.assertEqual(rounds.phase_of(2000, 3000), rounds.BUSY)
        self.assertEqual(rounds.phase_of(None, None), rounds.ONE_CPU)

    def test_bounds(self):
        self.assertTrue(Bound(1.1).met(1.1))
        self.assertFalse(Bound(1.1).met(1.11))
        self.assertTrue(Bound(0.95, at_most=False).met(1))
        self.assertFalse(Bound(0.95, at_most=False).met(0.94))

    def test_schedule_is_complete_shuffled_and_repeatable(self):
        works = [work("abcdef")]
        first = list(rounds.schedule(works, 20, seed=1))
        self.assertEqual(first, list(rounds.schedule(works, 20, seed=1)))
        self.assertTrue(all(sorted(order) == list("abcdef") for _, _, order in first))
        self.assertGreater(len({tuple(order) for _, _, order in first}), 5)


class Table(unittest.TestCase):
    def render(self, heapreel_ns, judged=True, failures=()):
        works = [work(("none", "heapreel"), RATIO)]
        found = list(rounds.summaries(works, [sample(0, "none", wall_ns=2_000_000),
                                              sample(0, "heapreel", wall_ns=heapreel_ns)]))
        return "\n".join(table.render(works, found, {"lttng": "not installed"}, failures, judged, ["head"]))

    def test_met_and_missed(self):
        self.assertIn("met: <= 1.1", self.render(2_000_000))
        self.assertIn("1 targets met, 0 MISSED", self.render(2_000_000))
        self.assertIn("MISSED: <= 1.1", self.render(4_000_000))
        self.assertIn("0 targets met, 1 MISSED", self.render(4_000_000))

    def test_a_quick_run_judges_nothing(self):
        text = self.render(4_000_000, judged=False)
        self.assertIn("(target <= 1.1)", text)
        self.assertNotIn("MISSED", text)

    def test_bases_absent_peers_and_failures_are_shown(self):
        text = self.render(2_000_000, failures=["round 1: it broke"])
        for expected in ("beside: none 2.00 ms (same L3)", "absent: lttng (not installed)",
                         "failed: round 1: it broke"):
            self.assertIn(expected, text)

    def test_width(self):
        self.assertLessEqual(max(map(len, self.render(123_456_789).splitlines())), table.WIDTH)

    def test_numbers(self):
        self.assertEqual([table.number(value) for value in (0, 0.0123, 1.2345, 12.345, 123.45, 12345.6, -1.5)],
                         ["0", "0.012", "1.23", "12.3", "123", "12346", "-1.50"])


if __name__ == "__main__":
    unittest.main()
