"""Of judge.py: made-up cells with known answers, and each target missed once."""
import unittest

import judge


def cell(program="p", allocator="glibc", peak=100, mean=50, cpu=1.0, predicted=None, threaded=False, spread=0, delta=0):
    return judge.Cell(program, allocator, threaded, [peak - spread, peak, peak + spread],
                      [mean - spread, mean, mean + spread], [cpu] * 3, *(predicted or (peak, mean)),
                      cpu_delta_predicted=delta)


def met(cells):
    return [verdict.met for verdict in judge.verdicts(cells, "glibc")]


class Judge(unittest.TestCase):
    def good(self):
        return [cell(), cell(allocator="jemalloc", peak=120, mean=60, cpu=0.8, delta=-0.1),
                cell(allocator="mimalloc", peak=90, mean=40, cpu=1.2, delta=0.1)]

    def test_what_is_right_meets_all_targets(self):
        self.assertEqual(met(self.good()), [True] * 6)

    def test_control_a_peak_that_is_off(self):
        cells = self.good()
        cells[2].peak_predicted = 90 * 1.025
        self.assertEqual(met(cells), [True, False, True, True, True, True])
        cells[2].threaded = True
        self.assertEqual(met(cells)[1], True)

    def test_control_all_peaks_slightly_off(self):
        cells = self.good()
        for each in cells:
            each.peak_predicted *= 1.01
        self.assertEqual(met(cells)[:2], [False, True])

    def test_jemalloc_may_be_further_off(self):
        cells = self.good()
        cells[1].peak_predicted = 120 * 1.05
        self.assertEqual(met(cells)[1], True)

    def test_control_a_mean_that_is_off(self):
        cells = self.good()
        cells[0].mean_predicted = 50 * 0.96
        self.assertEqual(met(cells)[2], False)

    def test_control_a_wrong_order(self):
        cells = self.good()
        cells[0].peak_predicted, cells[1].peak_predicted = 120, 100
        self.assertEqual(met(cells)[3:5], [False, True])

    def test_pairs_that_lie_close_or_within_noise_are_not_judged(self):
        near = [cell(), cell(allocator="jemalloc", peak=101, mean=50, predicted=(99, 50))]
        self.assertEqual(judge.peak_pairs(near), [])
        noisy = [cell(), cell(allocator="jemalloc", peak=110, mean=50, predicted=(99, 50), spread=11)]
        self.assertEqual(judge.peak_pairs(noisy), [])
        noisy[1].peaks = [110] * 3
        self.assertEqual(len(judge.peak_pairs(noisy)), 1)

    def test_programs_are_not_compared_with_each_other(self):
        self.assertEqual(judge.peak_pairs([cell(), cell(program="q", peak=200)]), [])

    def test_control_a_wrong_sign(self):
        cells = self.good()
        cells[1].cpu_delta_predicted = 0.01
        self.assertEqual(met(cells)[5], False)

    def test_small_differences_of_cpu_are_not_judged(self):
        cells = [cell(), cell(allocator="jemalloc", cpu=0.96, delta=0.5)]
        self.assertEqual(list(judge.cpu_signs(cells, "glibc")), [])
        self.assertIsNone(met(cells)[5])

    def test_without_predictions_there_is_no_verdict(self):
        lone = judge.Cell("p", "glibc", False, [1], [1], [1])
        self.assertEqual(judge.verdicts([lone], "glibc"), [])


if __name__ == "__main__":
    unittest.main()
