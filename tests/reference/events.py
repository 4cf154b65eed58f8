"""Columns -> events, the decoder: section 4 of docs/reel-format.md."""
from collections import defaultdict, deque

from container import MASK, PACKED, at_distance, need, numbers, read_columns, unzigzag
from live_lists import LiveLists
from vocabulary import ALIGNED, ALLOCATING, DELETE_SIZED, FREE, FREEING, KINDS, MOVED, SIZED, Event

NUMBER_COLUMNS = {"params": 0, "lanes": 2, "run_lane": 4, "run_length": 6, "tuple_index": 12, "literal": 14, "age": 16,
                  "old": 18, "cross": 20, "rare": 22, "place": 24, "time": 26, "duration": 28, "stack": 30}
BYTE_COLUMNS = {"tokens": 8, "refs": 10}
KNOWN_COLUMNS = {k + half for k in NUMBER_COLUMNS.values() for half in (0, 1)} | set(BYTE_COLUMNS.values())


def decode(block):
    """The events of a block, and the numbers of its first birth and of the first one after it."""
    decoder = EventBlock(block)
    return decoder.decode(), decoder.first_birth, decoder.next_birth()


class EventBlock:
    def __init__(self, block):
        stored = read_columns(block, KNOWN_COLUMNS)
        self.left = {name: deque(numbers(stored[k], stored[k + 1])) for name, k in NUMBER_COLUMNS.items()}
        self.left.update({name: deque(stored[k]) for name, k in BYTE_COLUMNS.items()})
        (self.by_number, self.time_codec, self.durations, self.has_places, self.count, self.births, lanes,
         self.first_birth, self.quantum, self.first_time) = (self.read("params") for _ in range(10))
        self.threads = [self.read("lanes") for _ in range(min(lanes, 2**15))]
        need(self.by_number == (block.type == PACKED) and self.count == block.events
             and (self.by_number or self.threads == [block.thread]), "the parameters do not fit the block's header")
        need(self.time_codec <= 2 and self.durations <= 2 and self.quantum, "a bad parameter")
        self.objects, self.places, self.tuples = LiveLists(lanes), Places(), []
        self.free_kinds, self.outside_kind = defaultdict(lambda: FREE), DELETE_SIZED
        self.last_outside = self.first_birth

    def read(self, column):
        need(self.left[column], f"the column {column} is too short")
        return self.left[column].popleft()

    def next_birth(self):
        return self.first_birth + len(self.objects.born)

    def decode(self):
        events = [self.event(lane, self.read("tokens")) for lane in self.lanes()]
        for event, time in zip(events, self.times()):
            event.time = time * self.quantum & MASK
        for event in events:
            if self.durations == 2 or self.durations == 1 and event.has_old:
                event.duration = self.read("duration")
        if self.left["stack"]:
            take_stacks(events, lambda: self.read("stack"))
        need(len(self.objects.born) == self.births, "another number of births than the parameters say")
        need(not any(self.left.values()), "a column is not used up")
        return events

    def lanes(self):
        """The lane of each event [4.3]."""
        left = self.count
        while left:
            lane, length = self.read("run_lane"), self.read("run_length") + 1
            need(lane < len(self.threads) and length <= left, "a run is out of bounds")
            left -= length
            yield from [lane] * length

    # Tokens [4.4]

    def event(self, lane, token):
        if token == 0:
            event = self.free_outside(Event(FREE))
        elif token <= 95 or token == 252:
            event = self.free_inside(lane, token)
        elif token <= 251:
            event = self.allocate(lane, Event(*self.tuple(token)))
        elif token == 253:
            event = self.rare(lane, Event(*(self.read("rare") for _ in range(4))))
        else:
            need(token == 254, "an unknown token")
            size = self.read("old") if self.outside_kind in SIZED else 0
            event = self.free_outside(Event(self.outside_kind, size=size))
        need(event.kind in KINDS and event.flags < 128 and event.alignment <= 63, "an unknown kind, flag or alignment")
        event.thread = self.threads[lane]
        return event

    def free_inside(self, lane, token):
        born = self.inside(lane, token)
        birth, kind = born.event, self.free_kinds[born.event.kind]
        self.die(born, lane)
        return Event(kind, alignment=birth.alignment if kind in ALIGNED else 0, size=birth.size if kind in SIZED else 0,
                     object=birth.object)

    def free_outside(self, event):
        event.object = self.outside()
        self.push_outside(event.object)
        return event

    def inside(self, lane, code):
        """The object of the block that a freeing token, or a byte of refs, names."""
        if code == 1:
            born = self.objects.by_cross_reference(lane, self.read("cross"))
        elif code == 252:
            born = self.objects.of_age(self.read("age"))
        else:
            need(2 <= code <= 95, "a bad reference")
            born = self.objects.by_reference(lane, code - 2)
        need((born.lane == lane) == (code != 1), "a reference to an object of the wrong lane")
        return born

    def outside(self):
        """The object born outside that the old column names."""
        number = self.read("old")
        if self.by_number:
            self.last_outside += unzigzag(number)
            need(0 < self.last_outside < self.next_birth(), "the number of no object")
        else:
            self.last_outside = at_distance(self.last_outside, number)
        return self.last_outside

    def rare(self, lane, event):
        need(event.kind not in ALLOCATING, "a rare event that allocates")
        reference, frees = self.read("rare"), event.kind in FREEING
        if reference == 1:
            event.object = self.read("rare")
            self.outside_kind = event.kind if frees else self.outside_kind
        elif reference >= 2:
            born = self.objects.of_age(reference - 2)
            event.object = born.event.object
            if frees:
                self.free_kinds[born.event.kind] = event.kind
                self.die(born, lane)
        return event

    # Allocations [4.4]

    def tuple(self, token):
        if token == 251:
            literal = [self.read("literal") for _ in range(4)]
            need(literal[0] in ALLOCATING, "a tuple that does not allocate")
            self.tuples += [literal] if len(self.tuples) < 4096 else []
            return literal
        index = 154 + self.read("tuple_index") if token == 250 else token - 96
        need(index < len(self.tuples), "an unknown tuple")
        return self.tuples[index]

    def allocate(self, lane, event):
        stays = event.has_old and event.births and not self.by_number and not event.flags & MOVED
        if event.has_old:
            self.take_old(lane, event, self.read("refs"), pushes=not stays)
        if event.births:
            if stays:
                event.address = event.old
            elif self.has_places:
                event.address = self.places.take(self.read("place"), event.size)
            event.object = self.next_birth() if self.by_number else event.address
            self.objects.birth(lane, event)
        return event

    def take_old(self, lane, event, code, pushes):
        born = self.inside(lane, code) if code else None
        event.old = born.event.object if born else self.outside()
        if event.releases and born:
            self.die(born, lane, pushes)
        elif event.releases and pushes:
            self.push_outside(event.old)

    def die(self, born, lane, pushes=True):
        self.objects.die(born, lane)
        if pushes:
            self.places.push(born.event.address, size_class(born.event.size))

    def push_outside(self, address):
        if not self.by_number:
            self.places.push(address, None)

    # Times [4.6]

    def times(self):
        return [self.constant_times, self.delta_times, self.curve_times][self.time_codec]()

    def constant_times(self):
        return [self.first_time] * self.count

    def delta_times(self):
        time = self.first_time
        for _ in range(self.count):
            number = self.read("time")
            time += number - 1 if number else -self.read("time")
            yield time

    def curve_times(self):
        time, left = self.first_time, self.count
        while left:
            gap, rise = self.read("time"), self.read("time")
            need(0 < gap <= left, "a gap of times is out of bounds")
            yield from (time + (rise * k + gap // 2) // gap for k in range(1, gap + 1))
            time, left = time + rise, left - gap


# ---- Call stacks [4.7]

def take_stacks(events, read):
    """Gives the events their stacks; read takes the next number of the column."""
    joined, last = [], 0
    for event in events:
        number = read() if event.kind in ALLOCATING else 0
        if number == 1:
            last += unzigzag(read())
            need(0 < last < 2**32, "the number of a call stack is out of range")
            joined.append(last)
            event.stack = last
        elif number:
            need(number - 2 < len(joined), "an unknown call stack")
            event.stack = joined[number - 2]


class Places:
    """The addresses of births [4.5]."""

    def __init__(self):
        self.stacks, self.fresh = defaultdict(list), 0  # freed addresses by size class, None: of unknown size

    def push(self, address, size_class):
        self.stacks[size_class].append(address)

    def take(self, place, size):
        if place < 8:
            stack = self.stacks[size_class(size) if place < 4 else None]
            need(place % 4 < len(stack), "a place leads out of its stack")
            return stack.pop(-1 - place % 4)
        address = self.fresh if place == 8 else at_distance(self.fresh, place - 9)
        self.fresh = address + max(32, size + 23 & ~15) & MASK
        return address


def size_class(size):
    if size <= 16352:
        return size + 23 >> 4
    bits = size.bit_length()
    return 1026 + 4 * (bits - 14) + (size >> bits - 3 & 3)
