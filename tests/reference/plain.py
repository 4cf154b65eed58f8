"""The columns of a plain block -> events: section 4.8 of docs/reel-format.md."""
from collections import deque

from container import MASK, need, numbers, read_columns, unzigzag
from events import take_stacks
from vocabulary import ALLOCATING, KINDS, MOVED, REALLOCS, Event

NARROW, ADDRESS = (0, 1, 2, 4), (0, 1, 2, 3, 4, 6, 8, 0)  # bytes, by code
NO_OBJECT = 7


def decode_plain(block):
    stored = read_columns(block, {0, 1, 2, 3, 4, 6, 8, 9, 30, 31})
    params = numbers(stored[0], stored[1])
    need(len(params) == 4 and params[:2] == [block.events, block.thread] and params[2], "bad parameters")
    return PlainBlock(params, stored).decode()


class PlainBlock:
    def __init__(self, params, stored):
        self.count, self.thread, self.quantum, self.time = params
        self.forms, self.control, self.data = numbers(stored[2], stored[3]), stored[4], stored[6]
        self.rare, self.stacks = (deque(numbers(stored[k], stored[k + 1])) for k in (8, 30))
        self.address = self.at = 0
        need(len(self.forms) <= 255 and len(self.control) == self.count, "too many forms, or events without one")
        for form in self.forms:
            need(form < 2**13 and form % 64 in KINDS and form % 64 not in REALLOCS, "an unknown form")
            need(form % 64 not in ALLOCATING or form >> 10 != NO_OBJECT, "a form of births without an address")

    def decode(self):
        events = [self.event(number) for number in self.control]
        if self.stacks:
            take_stacks(events, lambda: self.read(self.stacks))
        need(self.at == len(self.data) and not self.rare and not self.stacks, "a column is not used up")
        return events

    def event(self, number):
        need(number <= len(self.forms), "an unknown form")
        event = self.of_form(self.forms[number - 1]) if number else self.rare_event()
        event.thread, event.time = self.thread, self.time * self.quantum & MASK
        event.address = event.object if event.births else 0
        self.address = event.object & ~7 if event.object else self.address
        return event

    def of_form(self, form):
        time, size = self.take(NARROW[form >> 6 & 3]), self.take(NARROW[form >> 8 & 3])
        step = self.take(ADDRESS[form >> 10])
        self.time = self.time + time & MASK
        event = Event(form % 64, size=size)
        if form >> 10 != NO_OBJECT:
            event.object = self.address + 8 * unzigzag(step) & MASK
            need(event.object, "an object at the null address")
        return event

    def take(self, size):
        self.at += size
        need(self.at <= len(self.data), "data is too short")
        return int.from_bytes(self.data[self.at - size:self.at], "little")

    def rare_event(self):
        kind, flags, alignment, rise, size = (self.read(self.rare) for _ in range(5))
        need(kind in KINDS and flags < 128 and alignment <= 63, "an unknown kind, flag or alignment")
        self.time = self.time + unzigzag(rise) & MASK
        event = Event(kind, flags, alignment, size, object=self.near())
        event.old = self.near() if event.has_old else 0
        event.duration = self.read(self.rare)
        need(event.duration < 2**32 and bool(event.old) == event.has_old, "a duration or an old object that cannot be")
        need(kind not in ALLOCATING or bool(event.object) == event.births, "a birth without an address, or the other way")
        moved = event.births and event.has_old and event.object != event.old
        need(kind not in REALLOCS or bool(flags & MOVED) == moved, "a wrong flag `moved`")
        return event

    def near(self):
        """An address, told from the place."""
        return self.address + unzigzag(self.read(self.rare)) & MASK

    def read(self, column):
        need(column, "a column is too short")
        return column.popleft()
