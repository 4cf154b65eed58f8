"""Predictions held against real runs: errors, the order of pairs, the sign of processor time, and the targets."""
import dataclasses
import itertools
import statistics

ORDER_MIN = 0.02  # pairs that lie closer are not judged
CPU_MIN = 0.05  # of the program's processor time


@dataclasses.dataclass
class Cell:
    """A program under an allocator: samples of real runs, and the prediction; None where there is none."""
    program: str
    allocator: str
    threaded: bool
    peaks: list
    means: list
    cpu: list  # of the same rounds as those of the recorded allocator
    peak_predicted: float = None
    mean_predicted: float = None
    peak_interval: tuple = None
    cpu_delta_predicted: float = None

    def peak(self):
        return statistics.median(self.peaks)

    def mean(self):
        return statistics.median(self.means)

    def peak_error(self):
        return None if self.peak_predicted is None else self.peak_predicted / self.peak() - 1

    def mean_error(self):
        return None if self.mean_predicted is None else self.mean_predicted / self.mean() - 1

    def peak_target(self):
        """Of the size of the error; jemalloc's own randomness is larger than the others'."""
        return 0.04 if self.threaded else 0.06 if self.allocator == "jemalloc" else 0.02

    def mean_target(self):
        return 0.06 if self.threaded else 0.03


def half_range(values):
    return (max(values) - min(values)) / 2


def pairs(cells, values, predicted):
    """For each pair of a program's allocators that really differs, by over 2 % and beyond its noise: is it ordered
    right?"""
    for one, other in itertools.combinations(cells, 2):
        if one.program != other.program or predicted(one) is None or predicted(other) is None:
            continue
        low, high = sorted((statistics.median(values(one)), statistics.median(values(other))))
        if high < low * (1 + ORDER_MIN) or high - low < max(half_range(values(one)), half_range(values(other))):
            continue
        really = statistics.median(values(one)) < statistics.median(values(other))
        yield one, other, (predicted(one) < predicted(other)) == really


def peak_pairs(cells):
    return list(pairs(cells, lambda cell: cell.peaks, lambda cell: cell.peak_predicted))


def mean_pairs(cells):
    return list(pairs(cells, lambda cell: cell.means, lambda cell: cell.mean_predicted))


def cpu_delta(cell, recorded):
    """The median difference of paired rounds, seconds."""
    return statistics.median(a - b for a, b in zip(cell.cpu, recorded.cpu))


def cpu_signs(cells, recorded_allocator):
    """For each cell whose processor time really differs by over 5 % of the program's: is the sign right?"""
    recorded = {cell.program: cell for cell in cells if cell.allocator == recorded_allocator}
    for cell in cells:
        base = recorded.get(cell.program)
        if base is None or cell is base or cell.cpu_delta_predicted is None:
            continue
        delta = cpu_delta(cell, base)
        if abs(delta) > CPU_MIN * statistics.median(base.cpu):
            yield cell, delta, (cell.cpu_delta_predicted < 0) == (delta < 0)


@dataclasses.dataclass
class Verdict:
    """One target: what it is of, what was reached, and whether that will do. None: nothing to judge."""
    title: str
    reached: str
    target: str
    met: bool


def over_target(cells, error, target):
    return [f"{cell.program}/{cell.allocator} {error(cell) * 100:+.1f} %" for cell in cells
            if error(cell) is not None and abs(error(cell)) > target(cell)]


def share(found):
    right = sum(1 for *_, is_right in found if is_right)
    return f"{right} of {len(found)}", right, len(found)


def verdicts(cells, recorded_allocator):
    errors = [abs(cell.peak_error()) for cell in cells if cell.peak_error() is not None]
    if not errors:
        return []
    median = statistics.median(errors)
    peaks = over_target(cells, Cell.peak_error, Cell.peak_target)
    means = over_target(cells, Cell.mean_error, Cell.mean_target)
    found = [Verdict("peak RSS, median error", f"{median * 100:.2f} %", "<= 0.5 %", median <= 0.005),
             Verdict("peak RSS, each program and allocator", ", ".join(peaks) or f"all {len(errors)} within",
                     "<= 2 % (jemalloc 6 %, threads 4 %)", not peaks),
             Verdict("time-mean RSS, each", ", ".join(means) or f"all {len(errors)} within", "<= 3 % (threads 6 %)",
                     not means)]
    for title, list_of in (("order by peak, pairs over 2 % apart", peak_pairs(cells)),
                           ("order by mean, pairs over 2 % apart", mean_pairs(cells))):
        text, right, count = share(list_of)
        found.append(Verdict(title, text, "all", right == count if count else None))
    text, right, count = share(list(cpu_signs(cells, recorded_allocator)))
    found.append(Verdict("sign of CPU, where over 5 % apart", text, ">= 90 %", right >= 0.9 * count if count else None))
    return found
