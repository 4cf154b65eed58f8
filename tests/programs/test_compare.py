#!/usr/bin/env python3
"""The comparison's own control: events made from a truth agree with it, and each falsification of them is noticed.

Nothing is recorded here, so a red test means that the judge is wrong, and not the recorder.
"""
import struct
import sys
import tempfile
import pathlib
import unittest

import tamper
from compare import FENCE_CLOSES, FENCE_OPENS, Mismatch, compare_processes, read_fences
from ring import compare_ring, program_order
from truth import HEADER_BYTES, MOVED, ROW, Truth

PID = 77


def row(kind, size=0, obj=0, old=0, align=0, flags=0):
    return ROW.pack(kind.encode(), size, obj, old, align, flags, 0, PID)


def truth_of(rows):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "truth"
        path.write_bytes(struct.pack("<Q", len(rows)).ljust(HEADER_BYTES, b"\0") + b"".join(rows))
        return Truth(path)


def event(op, size=0, obj=0, thread=1, **more):
    return {"seq": 0, "t_ns": 0, "thread": thread, "op": op, "size": size, "align": 0, "object": obj, **more}


def fence(base, obj):
    return [event("malloc", base, obj), event("free", 0, obj)]


def sample():
    """Twenty blocks, one of them reallocated; addresses are reused, objects are not."""
    rows, events = [], []
    for i in range(20):
        rows += [row("malloc", 100 + i, 0x1000), row("malloc", 300 + i, 0x2000)]
        events += [event("malloc", 100 + i, 10 + 3 * i), event("malloc", 300 + i, 11 + 3 * i)]
        rows.append(row("realloc", 500 + i, 0x3000, 0x1000, flags=MOVED))
        events.append(event("realloc", 500 + i, 12 + 3 * i, old_object=10 + 3 * i, flags=["moved"]))
        rows += [row("free", 0, 0x3000), row("free", 0, 0x2000)]
        events += [event("free", 0, 12 + 3 * i), event("free", 0, 11 + 3 * i)]
    return truth_of(rows), [*fence(FENCE_OPENS, 1), *events, *fence(FENCE_CLOSES, 2)]


def ring_events(threads, blocks, depth):
    """A replay order of ring.c: round robin, one round of the loop each."""
    objects, last = {}, 10
    orders = [list(program_order(number, threads, blocks, depth)) for number in range(threads)]
    for number in range(threads):
        yield event("malloc", FENCE_OPENS + number, number + 1, number)
    at = [0] * threads
    while any(at[number] < len(orders[number]) for number in range(threads)):
        for number in range(threads):
            while at[number] < len(orders[number]):
                kind, size, owner, i = orders[number][at[number]]
                if kind != "malloc" and (owner, i) not in objects:
                    break
                at[number] += 1
                old = objects.get((owner, i), 0)
                if kind != "free":
                    last += 1
                    objects[owner, i] = last
                more = {"old_object": old} if kind == "realloc" else {}
                yield event(kind, size, old if kind == "free" else last, number, **more)
                if kind == "free":
                    break
    for number in range(threads):
        yield event("malloc", FENCE_CLOSES + number, 100000 + number, number)


FIGURES = {"threads": 3, "blocks": 200, "depth": 2}


class CompareTest(unittest.TestCase):
    def compare(self, events):
        truth = sample()[0]
        compare_processes(truth, {None: [read_fences(iter(events))]})

    def test_the_truth_agrees_with_itself(self):
        self.compare(sample()[1])

    def test_each_falsification_is_noticed(self):
        for way in tamper.WAYS:
            with self.subTest(way), self.assertRaises(Mismatch):
                self.compare(tamper.apply(way, sample()[1]))

    def test_flags_alignment_and_marks_of_loss_are_noticed(self):
        for change in ({"flags": ["unknown"]}, {"align": 64}, {"op": "gap"}):
            events = sample()[1]
            events[20] = {**events[20], **change}
            with self.subTest(change), self.assertRaises(Mismatch):
                self.compare(events)

    def test_a_program_that_told_nothing_proves_nothing(self):
        with self.assertRaises(Mismatch):
            compare_processes(truth_of([]), {None: [read_fences(iter(sample()[1]))]})

    def test_a_reel_without_the_process_is_noticed(self):
        with self.assertRaises(Mismatch):
            compare_processes(sample()[0], {None: [read_fences(iter([]))]})


class RingTest(unittest.TestCase):
    def test_program_order_agrees_with_itself(self):
        compare_ring(FIGURES, ring_events(**FIGURES))

    def test_each_falsification_is_noticed(self):
        for way in tamper.WAYS:
            with self.subTest(way), self.assertRaises(Mismatch):
                compare_ring(FIGURES, tamper.apply(way, ring_events(**FIGURES)))

    def test_blocks_that_are_exchanged_are_noticed(self):
        """Two live blocks of one size from different threads: only their identity tells them apart."""
        events = list(ring_events(**FIGURES))
        frees = [i for i, one in enumerate(events) if one["op"] == "free"]
        events[frees[5]], events[frees[6]] = ({**events[frees[5]], "object": events[frees[6]]["object"]},
                                              {**events[frees[6]], "object": events[frees[5]]["object"]})
        with self.assertRaises(Mismatch):
            compare_ring(FIGURES, iter(events))


if __name__ == "__main__":
    sys.exit(0 if unittest.main(exit=False).result.wasSuccessful() else 1)
