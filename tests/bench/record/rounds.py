"""Interleaved rounds, and what they amount to: medians of per-round pairs, by phase.

In a round every work meets every peer once, in shuffled order, and each peer is compared with its base of the same
round only: two numbers from two moments are never compared. A round of a work is labelled by the cross-core round trip
before and after it (same L3, other L3, busy with other programs, or mixed if the two disagree); phases are never
averaged together.
"""
import dataclasses
import math
import random

SAME_L3, OTHER_L3, BUSY, MIXED, ONE_CPU = "same L3", "other L3", "busy", "mixed", "one CPU"
PHASES = (SAME_L3, OTHER_L3, BUSY, MIXED, ONE_CPU)
SAME_L3_BELOW_NS = 200
BUSY_FROM_NS = 1_000  # no cache is that slow: somebody else had a CPU meanwhile


@dataclasses.dataclass(frozen=True)
class Bound:
    """A target: `at_most` or at least `value`."""
    value: float
    at_most: bool = True

    def met(self, value):
        return value <= self.value if self.at_most else value >= self.value

    def text(self):
        return f"{'<=' if self.at_most else '>='} {self.value:g}"


@dataclasses.dataclass(frozen=True)
class Figure:
    """One figure of a work: how a peer's measure is compared with that of its base.

    kind is "ratio", "added" (the difference, divided by `divisor` or by the measure `per`) or "plain" (no base).
    """
    title: str
    measure: str
    kind: str
    targets: dict = dataclasses.field(default_factory=dict)  # peer -> Bound
    divisor: float = 1
    per: str = ""
    bases: dict = dataclasses.field(default_factory=dict)  # peer -> base; "none" for the rest

    def base_of(self, peer):
        return self.bases.get(peer, "none")


@dataclasses.dataclass
class Sample:
    """One run."""
    round: int
    work: str
    peer: str
    measures: dict
    failure: str = ""
    phase: str = ""


@dataclasses.dataclass
class Summary:
    """A figure of one peer in one phase; base_median is the plain measure of its base."""
    work: str
    title: str
    peer: str
    phase: str
    values: list
    median: float
    quartiles: tuple
    base: str = ""
    base_median: float = None
    target: Bound = None

    def met(self):
        return None if self.target is None else self.target.met(self.median)


def label(trip_ns):
    if trip_ns < SAME_L3_BELOW_NS:
        return SAME_L3
    return OTHER_L3 if trip_ns < BUSY_FROM_NS else BUSY


def phase_of(before_ns, after_ns):
    if before_ns is None or after_ns is None:
        return ONE_CPU
    phases = {label(before_ns), label(after_ns)}
    return phases.pop() if len(phases) == 1 else MIXED


def quantile(values, fraction):
    """Linear between the two nearest ranks."""
    ordered = sorted(values)
    place = fraction * (len(ordered) - 1)
    low, high = math.floor(place), math.ceil(place)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def schedule(works, rounds, seed):
    """Yields (round, work, its peers in this round's order)."""
    shuffle = random.Random(seed).shuffle
    for number in range(rounds):
        for work in works:
            order = list(work.peers)
            shuffle(order)
            yield number, work, order


def value_of(figure, measures, base):
    """The figure of one pair; None if either side lacks the measure."""
    value = measures.get(figure.measure)
    if figure.kind == "plain" or value is None:
        return value
    reference = base.get(figure.measure)
    if reference is None:
        return None
    if figure.kind == "ratio":
        return value / reference if reference else None
    divisor = base.get(figure.per) if figure.per else figure.divisor
    return (value - reference) / divisor if divisor else None


def pairs(figure, samples, work, peer):
    """(phase, value, the base's plain measure) of each round in which both sides ran."""
    of = {(sample.round, sample.peer): sample for sample in samples if sample.work == work and not sample.failure}
    for (number, who), sample in sorted(of.items()):
        base = of.get((number, figure.base_of(peer)))
        if who != peer or (base is None and figure.kind != "plain"):
            continue
        measures = base.measures if base else {}
        value = value_of(figure, sample.measures, measures)
        if value is not None:
            yield sample.phase, value, measures.get(figure.measure)


def summaries(works, samples):
    """Every figure of every peer that has values, in the order of the table."""
    for work in works:
        for figure in work.figures:
            for peer in (name for name in work.peers if figure.kind == "plain" or name != figure.base_of(name)):
                found = list(pairs(figure, samples, work.name, peer))
                for phase in PHASES:
                    values = [value for where, value, _ in found if where == phase]
                    bases = [base for where, _, base in found if where == phase and base is not None]
                    if values:
                        yield Summary(work.name, figure.title, peer, phase, values, quantile(values, 0.5),
                                      (quantile(values, 0.25), quantile(values, 0.75)),
                                      figure.base_of(peer) if bases and figure.kind != "plain" else "",
                                      quantile(bases, 0.5) if bases else None, figure.targets.get(peer))
