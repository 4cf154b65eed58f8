"""The live lists, and the ways to name their objects [4.3, 4.4]."""
from bisect import bisect_left
from dataclasses import dataclass

from container import need
from vocabulary import Event


@dataclass
class Born:
    """An object born in the block, by an event."""
    ordinal: int
    lane: int
    event: Event
    alive: bool = True


class LiveLists:
    """Objects go by their ordinals: all births of the block, counted through."""

    def __init__(self, lanes):
        self.born = []
        self.live = [[] for _ in range(lanes)]  # per lane: its objects that are alive, oldest first
        self.cursor = [0] * lanes               # an ordinal: older neighbours have smaller ones, newer ones larger
        self.cross_cursor = [None] * lanes      # (a lane, the object that it stands behind or None at the old end)

    def birth(self, lane, event):
        self.live[lane].append(len(self.born))
        self.born.append(Born(len(self.born), lane, event))

    def die(self, born, by_lane):
        born.alive = False
        self.live[born.lane].remove(born.ordinal)
        if born.lane == by_lane:
            self.cursor[by_lane] = born.ordinal

    def of_age(self, age):
        need(age < len(self.born) and self.born[-1 - age].alive, "an age names no live object")
        return self.born[-1 - age]

    def by_reference(self, lane, number):
        if number >= 16:
            return self.of_age(number - 16)
        live = self.live[lane]
        cursor = bisect_left(live, self.cursor[lane])
        if number <= 3:
            return self.at(live, len(live) - 1 - number)
        return self.at(live, cursor + number - 4 if number <= 9 else cursor - 1 - (number - 10))

    def by_cross_reference(self, lane, number):
        """The object; the cross cursor of the lane moves to it."""
        born = self.of_age(number - 9) if number >= 9 else self.cross_neighbour(lane, number)
        older = [ordinal for ordinal in self.live[born.lane] if ordinal < born.ordinal]
        self.cross_cursor[lane] = (born.lane, older[-1] if older else None)
        return born

    def cross_neighbour(self, lane, number):
        need(self.cross_cursor[lane], "the cross cursor is absent")
        other, behind = self.cross_cursor[lane]
        live = self.live[other]
        cursor = live.index(behind) + 1 if behind in live else 0
        return self.at(live, cursor + number if number <= 5 else cursor - 1 - (number - 6))

    def at(self, live, position):
        need(0 <= position < len(live), "a reference leads out of a live list")
        return self.born[live[position]]
