"""Random capture reels, for what recordings seldom hold: ties, contradictions, kinds and flags of every sort."""
import random

from vocabulary import (ALIGNED, ALLOCATING, FAILED, FREE, FREEING, MOVED, NO_RESULT, NULL_OLD, REALLOCS, RUNTIME,
                        SIZED, Event)
from writer import capture_block, make_reel, plain_block

ADDRESSES = [0x1000 + 16 * k for k in range(160)]
SIZES = [0, 1, 8, 9, 16, 20, 24, 25, 33, 100, 104, 70_000]


def tame_story(seed):
    """What a program might do, in an order that no two moments contradict."""
    return story(random.Random(seed), steps=(2, 3, 400, 3_000), delays=(0,), durations=(0, 1), strays=0)


def wild_story(seed):
    """Ties, moments that have to wait for others, and addresses that nothing lives at."""
    return story(random.Random(seed), steps=(0, 0, 1, 400, 3_000), delays=(0, 0, 0, -5_000, 5_000, 20_000),
                 durations=(0, 50, 8_000), strays=0.05)


def story(choose, steps, delays, durations, strays, threads=4, calls=250):
    """A reel whose threads call in turns, on few addresses."""
    teller, told, now = Teller(choose, durations, strays), [[] for _ in range(threads)], 20_000
    for _ in range(threads * calls):
        now += choose.choice(steps)
        event = teller.call()
        event.time = now + choose.choice(delays)
        choose.choice(told).append(event)
    return make_reel(*((capture_block, plain_block)[at % 2](at, 3 * at, events)
                       for at, events in enumerate(filter(None, told))))


class Teller:
    def __init__(self, choose, durations, strays):
        self.choose, self.durations, self.strays = choose, durations, strays
        self.live = {}  # by address: the event that birthed it

    def any_of(self, *values):
        return self.choose.choice(values)

    def call(self):
        """Any call that the live addresses allow."""
        event = Event(1, self.any_of(0, 0, 0, RUNTIME), self.any_of(0, 0, 4, 12), self.any_of(*SIZES))
        acts, others = 3 * [self.birth] + [self.mention], 2 * [self.free] + [self.realloc]
        self.choose.choice(acts + others if self.live else acts)(event)
        return event

    def birth(self, event):
        event.kind = self.choose.choice([kind for kind in ALLOCATING if kind not in REALLOCS])
        event.stack = self.any_of(0, 1, 1, 7, 70_000, 2**32 - 1)
        self.place(event)

    def place(self, event):
        free = [address for address in ADDRESSES if address not in self.live]
        if free and self.any_of(*range(10)):
            event.object = self.pick(free)
            self.live[event.object] = event
        else:
            event.flags |= FAILED

    def free(self, event):
        """Mostly by the kind that always frees what was allocated so, which tells the truth."""
        event.object = self.pick(self.live)
        birth = self.live.pop(event.object, event)
        event.kind = self.any_of(FREE, *FREEING)
        if self.any_of(*range(5)):
            event.kind, event.flags = FREEING[birth.kind % len(FREEING)], 0
            event.size = birth.size if event.kind in SIZED else 0
            event.alignment = birth.alignment if event.kind in ALIGNED else 0

    def realloc(self, event):
        event.kind, event.duration = self.any_of(*REALLOCS), self.choose.choice(self.durations)
        event.flags |= self.any_of(0, MOVED, MOVED, FAILED, NULL_OLD, NO_RESULT)
        event.old = self.pick(self.live) if event.has_old else 0
        if event.births and event.has_old and not event.flags & MOVED:
            event.object = event.old
            self.live[event.old] = event
        elif event.births:
            self.place(event)
        if event.releases and event.object != event.old:
            self.live.pop(event.old, None)

    def mention(self, event):
        event.kind = self.any_of(56, 57, 58, 59, 60)
        event.object = self.pick(self.live) if event.kind == 56 and self.live else 0

    def pick(self, addresses):
        """One of them, or now and then any at all."""
        return self.choose.choice(ADDRESSES if self.choose.random() < self.strays else sorted(addresses))
