#!/usr/bin/env python3
"""Makes up a recording in the MLOGCOL format: what the demo imports until heapreel can record by itself.

A small document server that never was: a parser thread builds trees of small nodes and growing strings, hands each
document to a worker, and the worker frees it after use. Sizes, lives and threads are made up; the same seed gives the
same recording.
"""
import random
import struct
import sys

MALLOC, FREE, REALLOC = 0, 1, 3
COLUMNS = 9
TICKS_PER_SECOND = 2_596_138_000  # what `heapreel import --from mlogcol` takes the clock to run at


class Heap:
    """Hands out addresses as simple allocators do: the last freed block of a size class first, else fresh memory."""

    def __init__(self):
        self.spare = {}
        self.fresh = 0x5600_0000_0000

    def take(self, size):
        size_class = max(32, (size + 23) & ~15)
        spare = self.spare.setdefault(size_class, [])
        if spare:
            return spare.pop()
        address, self.fresh = self.fresh, self.fresh + size_class
        return address

    def give(self, address, size):
        self.spare[max(32, (size + 23) & ~15)].append(address)


class Recording:
    """The nine columns of MLOGCOL, one call after the other."""

    def __init__(self):
        self.rows = []
        self.heap = Heap()
        self.now = 0

    def call(self, op, thread, size, address, old=0):
        self.now += random.randint(60, 900)
        self.rows.append((op, 0, thread, self.now, random.randint(20, 90), size, address, old, 0))

    def malloc(self, thread, size):
        address = self.heap.take(size)
        self.call(MALLOC, thread, size, address)
        return [address, size]

    def free(self, thread, block):
        self.call(FREE, thread, 0, block[0])
        self.heap.give(*block)

    def grow(self, thread, block, size):
        address = self.heap.take(size)
        self.call(REALLOC, thread, size, address, block[0])
        self.heap.give(*block)
        block[:] = [address, size]


def parse_document(recording, parser):
    """One document: nodes, keys, and a text that grows by doubling."""
    blocks = [recording.malloc(parser, 96)]
    for _ in range(random.randint(20, 400)):
        blocks.append(recording.malloc(parser, 40))
        blocks.append(recording.malloc(parser, random.choice((12, 16, 24, 33))))
        scratch = recording.malloc(parser, random.choice((64, 256, 1024)))
        recording.free(parser, scratch)
    text = recording.malloc(parser, 64)
    for _ in range(random.randint(1, 10)):
        recording.grow(parser, text, text[1] * 2)
    return blocks + [text]


def serve(events):
    recording = Recording()
    documents = []
    while len(recording.rows) < events:
        documents.append(parse_document(recording, parser=1))
        while len(documents) > 8 + 200 * (len(recording.rows) % 200_000) // 200_000:
            worker = random.choice((2, 3))
            for block in reversed(documents.pop(random.randrange(min(4, len(documents))))):
                recording.free(worker, block)
    return recording.rows[:events]


def leb128(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return out


def column(values):
    out, last = bytearray(), 0
    for value in values:
        step = value - last
        out += leb128(step << 1 if step >= 0 else (-step << 1) - 1)
        last = value
    return struct.pack("<Q", len(out)) + out


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: make_recording.py EVENTS FILE.mlogcol")
    random.seed(1)
    rows = serve(int(sys.argv[1]))
    with open(sys.argv[2], "wb") as file:
        file.write(b"MLOGCOL1" + struct.pack("<QQ", len(rows), 0))
        for index in range(COLUMNS):
            file.write(column(row[index] for row in rows))


if __name__ == "__main__":
    main()
