"""The truth of ring.c: what each thread does follows from the program's arguments alone.

Streams the reel once. A thread of the reel is recognised by its fence; each of its events must be the next one of its
program order, and each free must end exactly the object that order names, whoever made it.
"""
from compare import FENCE_CLOSES, FENCE_OPENS, NOT_CALLS, equal, fence_number, require

REALLOC_EVERY, GROWN_BY = 16, 1500
MASK = (1 << 64) - 1


def size_of(thread, i):
    return 16 + ((i * 2654435761 + thread * 40503) & MASK) % 1009


def program_order(self, threads, blocks, depth):
    """(kind, size, owner of the block, its number) of every call of thread `self`."""
    before = (self + threads - 1) % threads
    for i in range(blocks + depth):
        if i < blocks:
            yield ("malloc", size_of(self, i), self, i)
        if i >= depth:
            if (i - depth) % REALLOC_EVERY == 0:
                yield ("realloc", size_of(before, i - depth) + GROWN_BY, before, i - depth)
            yield ("free", 0, before, i - depth)


class RingThread:
    def __init__(self, number, ring, fence_object):
        self.number = number
        self.ring = ring
        self.fence_object = fence_object
        self.calls = program_order(number, ring.threads, ring.blocks, ring.depth)

    def take(self, event):
        expected = next(self.calls, None)
        at = f"ring thread {self.number}, event {event['seq']}"
        require(expected is not None, f"{at}: one more call than the program made: {event['op']}")
        kind, size, owner, i = expected
        equal((event["op"], event["size"]), (kind, size), f"{at}: call")
        objects = self.ring.objects
        if kind == "malloc":
            objects[owner, i] = event["object"]
        elif kind == "realloc":
            equal(event["old_object"], objects.get((owner, i)), f"{at}: the object it takes")
            objects[owner, i] = event["object"]
        else:
            equal(event["object"], objects.pop((owner, i), None), f"{at}: the object it frees")


class Ring:
    def __init__(self, figures):
        self.threads, self.blocks, self.depth = (figures[name] for name in ("threads", "blocks", "depth"))
        self.objects = {}  # (owner, number) -> the object it is now
        self.running = {}
        self.done = 0

    def take(self, event):
        number = fence_number(event, FENCE_OPENS)
        thread = self.running.get(event["thread"])
        if number is not None:
            self.running[event["thread"]] = RingThread(number, self, event["object"])
        elif thread is not None and fence_number(event, FENCE_CLOSES) == thread.number:
            require(next(thread.calls, None) is None, f"ring thread {thread.number}: calls are missing at its end")
            del self.running[event["thread"]]
            self.done += 1
        elif thread is not None and event["object"] != thread.fence_object and event["op"] not in NOT_CALLS:
            thread.take(event)


def compare_ring(figures, events):
    ring = Ring(figures)
    for event in events:
        ring.take(event)
    equal(ring.done, ring.threads, "threads of the ring")
    require(not ring.objects, f"{len(ring.objects)} blocks were never freed")
