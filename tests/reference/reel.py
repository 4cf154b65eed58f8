#!/usr/bin/env python3
"""A second reader of reels, written from docs/reel-format.md alone. The numbers in brackets are sections of that text.

It is documentation that runs: simple, strict and slow. It checks whatever the text lets a reader check and raises
ReelError at the first thing that is wrong. It leaves out the recovery of damaged or cut-off reels [1.6], and of the
metadata it reads only the three fields that a reader of events wants. It needs zstd: python3-zstandard or the command.

    reel.py dump FILE    the events in replay order, a JSON object a line
    reel.py raw FILE     the events as the blocks hold them
    reel.py id FILE      the content id, computed; it fails if the reel states another
"""
import argparse, hashlib, json, shutil, struct, subprocess, sys
from bisect import bisect_left
from collections import defaultdict, namedtuple
from dataclasses import dataclass
from typing import Optional

MASK = 2**64 - 1
CAPTURE, PACKED, METADATA, PRIVATE_METADATA, INDEX, FIRST_SKIPPABLE = 1, 2, 3, 4, 5, 128
MAX_BODY, MAX_MESSAGE, MAX_MESSAGES, MAX_EVENTS, MAX_LANES, MAX_THREADS = 2**26, 2**24, 2**28, 2**20, 2**15, 2**24
KINDS = dict(enumerate("malloc calloc realloc reallocarray memalign posix_memalign aligned_alloc valloc pvalloc new "
                       "new[] new_nothrow new[]_nothrow new_aligned new[]_aligned new_aligned_nothrow "
                       "new[]_aligned_nothrow inherited".split(), 1))
KINDS.update(enumerate("free free_sized free_aligned_sized delete delete[] delete_sized delete[]_sized delete_aligned "
                       "delete[]_aligned delete_sized_aligned delete[]_sized_aligned delete_nothrow delete[]_nothrow "
                       "delete_aligned_nothrow delete[]_aligned_nothrow".split(), 32))
KINDS.update(enumerate("usable_size mark thread_start thread_end gap".split(), 56))
ALLOCATING, FREEING, REALLOCS = range(1, 19), range(32, 47), (3, 4)
SIZED, ALIGNED = (33, 34, 37, 38, 41, 42), (34, 39, 40, 41, 42, 45, 46)
FREE, DELETE_SIZED = 32, 37
FLAGS = "failed moved null_old no_result runtime unknown implied".split()
FAILED, MOVED, NULL_OLD, NO_RESULT, RUNTIME, UNKNOWN, IMPLIED = (1 << bit for bit in range(7))


class ReelError(Exception):
    """What is wrong with the reel, and the offset in the file of the structure or block that it is wrong in."""

    def __init__(self, message, offset=None):
        super().__init__(message, offset)
        self.message, self.offset = message, offset

    def __str__(self):
        return self.message if self.offset is None else f"{self.message} (at offset {self.offset})"


def need(condition, message, offset=None):
    if not condition:
        raise ReelError(message, offset)


# ---- The hash: XXH64 with seed 0

P1, P2, P3 = 0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9
P4, P5 = 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5


def rotate(x, bits):
    x &= MASK
    return (x << bits | x >> 64 - bits) & MASK


def stir(lane, word):
    return rotate(lane + word * P2, 31) * P1 & MASK


def xxh64(data):
    stripes, result = len(data) & ~31, P5
    if stripes:
        a, b, c, d = P1 + P2, P2, 0, -P1
        for w, x, y, z in struct.iter_unpack("<4Q", data[:stripes]):
            a, b, c, d = stir(a, w), stir(b, x), stir(c, y), stir(d, z)
        result = rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18)
        for lane in (a, b, c, d):
            result = (result ^ stir(0, lane)) * P1 + P4
    result = xxh64_tail(result + len(data), data[stripes:]) & MASK
    result = (result ^ result >> 33) * P2 & MASK
    result = (result ^ result >> 29) * P3 & MASK
    return result ^ result >> 32


def xxh64_tail(result, tail):
    words, halves = len(tail) & ~7, len(tail) & ~3
    for (word,) in struct.iter_unpack("<Q", tail[:words]):
        result = rotate(result ^ stir(0, word), 27) * P1 + P4
    for (word,) in struct.iter_unpack("<I", tail[words:halves]):
        result = rotate(result ^ word * P1, 23) * P2 + P3
    for byte in tail[halves:]:
        result = rotate(result ^ byte * P5, 11) * P1
    return result


try:
    from xxhash import xxh64_intdigest as fast_xxh64
except ImportError:
    fast_xxh64 = xxh64


# ---- Numbers [2]

def numbers(codes, extra):
    """The numbers of the two byte strings that make a number column."""
    result, at = [], 0
    for code in codes:
        if code >= 240:
            size = code - 239
            need(size <= 8 and at + size <= len(extra), "a number without its extra bytes")
            rest = int.from_bytes(extra[at:at + size], "little")
            need(size == max(1, (rest.bit_length() + 7) // 8) and rest <= MASK - 240, "a number is not in its form")
            code, at = 240 + rest, at + size
        result.append(code)
    need(at == len(extra), "extra bytes are left over")
    return result


def zigzag(v):
    return v << 1 if v >= 0 else (-v << 1) - 1


def unzigzag(number):
    return number >> 1 if number % 2 == 0 else -(number >> 1) - 1


def at_distance(address, distance):
    """The address at a distance from another."""
    step = unzigzag(distance >> 1)
    return address + (step if distance % 2 else 16 * step) & MASK


# ---- Container [1]

class Block(namedtuple("Block", "sync type version columns body_bytes tag sequence first_time last_time events thread "
                                "body_hash hash offset body")):
    LAYOUT = struct.Struct("<4sBBHI4sQQQIIQQ")

    def index_row(self, before):
        return [self.type, self.body_bytes // 8, self.events, self.thread,
                zigzag(signed(self.first_time - before)), self.last_time - self.first_time & MASK]


def signed(x):
    return (x + 2**63 & MASK) - 2**63


def read_file_header(data):
    """Checks the file header and returns the tag that every block carries."""
    need(len(data) >= 64, "no whole file header", 0)
    magic, major, minor, size, incompatible, _, tag, _, _, hashed = struct.unpack("<8sHHIQQ4s12sQQ", data[:64])
    need(magic == b"\x89REEL\r\n\x1a", "not a reel", 0)
    need(hashed == xxh64(data[:56]), "the file header is damaged", 0)
    need(major == 1 and size == 64, f"version {major}.{minor} is not known", 0)
    need(incompatible == 0, f"incompatible features {incompatible:#x}", 0)
    return tag


def read_block(data, offset, tag, sequence, check_hash):
    need(offset + 64 <= len(data), "the reel is cut off", offset)
    header = Block.LAYOUT.unpack_from(data, offset)
    block = Block(*header, offset, data[offset + 64:offset + 64 + header[4]])
    need(block.sync == b"RBLK" and block.tag == tag, "no block of this reel", offset)
    need(block.hash == xxh64(data[offset:offset + 56]), "a block header is damaged", offset)
    need(CAPTURE <= block.type <= INDEX or block.type >= FIRST_SKIPPABLE, "unknown block type", offset)
    need(block.version == 1 or block.type >= FIRST_SKIPPABLE, "unknown version of a block", offset)
    need(block.sequence == sequence, "a block is missing", offset)
    need(block.body_bytes % 8 == 0 and block.body_bytes <= MAX_BODY and block.columns <= 64
         and block.events <= MAX_EVENTS and block.thread < MAX_THREADS and block.first_time <= block.last_time,
         "a block header breaks a limit", offset)
    need(len(block.body) == block.body_bytes, "the reel is cut off", offset)
    need(not check_hash or block.body_hash == fast_xxh64(block.body), "a block's body is damaged", offset)
    return block


def read_blocks(data, check_hash=True):
    """All blocks of a whole reel but the index, which must agree with them."""
    tag, offset, blocks = read_file_header(data), 64, []
    while not blocks or blocks[-1].type != INDEX:
        blocks.append(read_block(data, offset, tag, len(blocks), check_hash))
        offset += 64 + blocks[-1].body_bytes
    index = blocks.pop()
    check_trailer(data, offset, index)
    rows, before = [], 0
    for block in blocks:
        rows.append(block.index_row(before))
        before = block.first_time
    columns = read_columns(index, range(12))
    listed = [numbers(columns[k], columns[k + 1]) for k in range(0, 12, 2)]
    need(listed == ([list(column) for column in zip(*rows)] or [[]] * 6),
         "the index does not agree with the blocks", index.offset)
    return blocks


def check_trailer(data, offset, index):
    need(offset + 32 == len(data), "no trailer behind the index", offset)
    magic, index_offset, size, hashed = struct.unpack("<8sQQQ", data[offset:])
    need(magic == b"REELEND\n" and hashed == xxh64(data[offset:-8]), "the trailer is damaged", offset)
    need(index_offset == index.offset and size == len(data), "the trailer does not agree with the reel", offset)


def read_columns(block, known):
    """The columns of a block by id, expanded; absent ones are empty [1.3]."""
    columns, total, at = defaultdict(bytes), 0, 12 * block.columns
    need(at <= block.body_bytes, "no room for the directory", block.offset)
    limit = {INDEX: MAX_BODY, METADATA: MAX_MESSAGE + 8, PRIVATE_METADATA: MAX_MESSAGE + 8}.get(
        block.type, 128 * block.events + 65536)
    for column, codec, flags, raw_bytes, stored_bytes in struct.iter_unpack("<BBHII", block.body[:at]):
        stored, at, total = block.body[at:at + stored_bytes], at + stored_bytes, total + raw_bytes + 8
        need(column < 64 and column not in columns and raw_bytes > 0, "a bad directory entry", block.offset)
        need(at <= block.body_bytes and total <= limit, "the columns are too large", block.offset)
        need(column in known or flags & 1, f"unknown column {column}", block.offset)
        columns[column] = expand(codec, stored, raw_bytes, block.offset) if column in known else b""
    need(block.body_bytes - at < 8 and not any(block.body[at:]), "the padding is wrong", block.offset)
    return columns


def expand(codec, stored, raw_bytes, offset):
    need(codec in (0, 1), f"unknown codec {codec}", offset)
    raw = unzstd(stored, raw_bytes, offset) if codec else stored
    need(len(raw) == raw_bytes, "a column has another size than it says", offset)
    return raw


def unzstd(stored, raw_bytes, offset):
    try:
        import zstandard
    except ImportError:
        need(shutil.which("zstd"), "neither python3-zstandard nor the zstd command is here", offset)
        done = subprocess.run(["zstd", "-dcq"], input=stored, capture_output=True)
        need(done.returncode == 0, "a zstd frame is damaged", offset)
        return done.stdout
    try:
        need(zstandard.frame_content_size(stored) == raw_bytes, "a zstd frame declares another size", offset)
        frame = zstandard.ZstdDecompressor().decompressobj()
        raw = frame.decompress(stored)
    except zstandard.ZstdError as error:
        raise ReelError(f"a zstd frame is damaged: {error}", offset)
    need(not frame.unused_data, "bytes behind a zstd frame", offset)
    return raw


# ---- Metadata [1.4]: as much protobuf as it takes

def varint(message, at):
    for size in range(1, 11):
        need(at + size <= len(message), "a protobuf message is cut off")
        if message[at + size - 1] < 128:
            return sum((byte & 127) << 7 * k for k, byte in enumerate(message[at:at + size])) & MASK, at + size
    raise ReelError("a protobuf number is too long")


def protobuf_fields(message):
    at = 0
    while at < len(message):
        key, at = varint(message, at)
        need(key & 7 in (0, 1, 2, 5) and key >> 3, "a bad protobuf field")
        if key & 7 == 0:
            value, at = varint(message, at)
        else:
            size, at = {1: (8, at), 5: (4, at)}.get(key & 7) or varint(message, at)
            value, at = message[at:at + size] if key & 7 == 2 else None, at + size
            need(at <= len(message), "a protobuf message is cut off")
        yield key >> 3, value


def protobuf_get(message, path, default):
    """A field by its path. Concatenated messages merge; the last value of a field holds."""
    wanted = bytes if len(path) > 1 else type(default)
    values = [value for number, value in protobuf_fields(message) if number == path[0] and isinstance(value, wanted)]
    if len(path) > 1:
        return protobuf_get(b"".join(values), path[1:], default)
    return values[-1] if values else default


# ---- Events [3]

@dataclass
class Event:
    kind: int
    flags: int = 0
    alignment: int = 0
    size: int = 0
    object: int = 0  # its address or number, 0 for none; so is the old one
    old: int = 0
    thread: int = 0
    time: int = 0
    duration: int = 0
    address: Optional[int] = None  # of a birth in a block with places

    @property
    def births(self):
        return self.kind in ALLOCATING and not self.flags & (FAILED | NO_RESULT)

    @property
    def has_old(self):
        return self.kind in REALLOCS and not self.flags & (NULL_OLD | UNKNOWN)

    @property
    def releases(self):
        return self.has_old and not self.flags & FAILED


# ---- The live lists and the ways to name their objects [4.3, 4.4]

@dataclass
class Born:
    """An object born in the block, by an event."""
    ordinal: int
    lane: int
    event: Event
    alive: bool = True


class LiveLists:
    def __init__(self, lanes):
        self.born = []                            # all births of the block, in order
        self.live = [[] for _ in range(lanes)]    # per lane: the ordinals of its objects that are alive, oldest first
        self.cursor = [0] * lanes                 # an ordinal: older neighbours have smaller ones, newer ones larger
        self.cross_cursor = [None] * lanes        # (lane, ordinal of the object it stands behind, or None)

    def birth(self, lane, event):
        self.live[lane].append(len(self.born))
        self.born.append(Born(len(self.born), lane, event))

    def die(self, born, lane, crossing):
        """The lane frees an object, its own or another's."""
        live, born.alive = self.live[born.lane], False
        position = bisect_left(live, born.ordinal)
        if born.lane == lane:
            self.cursor[lane] = born.ordinal
        if crossing:
            self.cross_cursor[lane] = (born.lane, live[position - 1] if position else None)
        del live[position]

    def of_age(self, age):
        need(age < len(self.born) and self.born[-1 - age].alive, "an age names no live object")
        return self.born[-1 - age]

    def by_reference(self, lane, number):
        if number >= 16:
            return self.of_age(number - 16)
        live = self.live[lane]
        if number <= 3:
            return self.at_position(live, len(live) - 1 - number)
        cursor = bisect_left(live, self.cursor[lane])
        return self.at_position(live, cursor + number - 4 if number <= 9 else cursor - 1 - (number - 10))

    def by_cross_reference(self, lane, number):
        if number >= 9:
            return self.of_age(number - 9)
        need(self.cross_cursor[lane], "the cross cursor is absent")
        other, behind = self.cross_cursor[lane]
        live = self.live[other]
        cursor = 0 if behind is None or not self.born[behind].alive else live.index(behind) + 1
        return self.at_position(live, cursor + number if number <= 5 else cursor - 1 - (number - 6))

    def at_position(self, live, position):
        need(0 <= position < len(live), "a reference leads out of a live list")
        return self.born[live[position]]


# ---- Places [4.5]

class Places:
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


# ---- Event blocks [4]

class Columns:
    """The columns of an event block, each read from its begin to its end."""
    NUMBERS = {"params": 0, "lanes": 2, "run_lane": 4, "run_length": 6, "tuple_index": 12, "literal": 14, "age": 16,
               "old": 18, "cross": 20, "rare": 22, "place": 24, "time": 26, "duration": 28}
    BYTES = {"tokens": 8, "refs": 10}
    KNOWN = {k + half for k in NUMBERS.values() for half in (0, 1)} | set(BYTES.values())

    def __init__(self, block):
        stored = read_columns(block, self.KNOWN)
        self.left = {name: numbers(stored[k], stored[k + 1])[::-1] for name, k in self.NUMBERS.items()}
        self.left.update({name: list(stored[k])[::-1] for name, k in self.BYTES.items()})

    def read(self, name):
        need(self.left[name], f"the column {name} is too short")
        return self.left[name].pop()

    def end(self):
        for name, left in self.left.items():
            need(not left, f"the column {name} is not used up")


class EventBlock:
    def __init__(self, block):
        self.block, self.columns = block, Columns(block)
        self.read = self.columns.read
        self.read_params()
        self.threads = [self.read("lanes") for _ in range(self.lanes)]
        need(all(thread < MAX_THREADS for thread in self.threads), "a thread serial is too large")
        need(self.by_number or self.threads == [block.thread], "a capture block holds its one thread")
        self.objects, self.places = LiveLists(self.lanes), Places()
        self.tuples, self.free_kinds, self.outside_kind = [], defaultdict(lambda: FREE), DELETE_SIZED
        self.last_outside = self.first_birth if self.by_number else 0

    def read_params(self):
        (naming, self.time_codec, self.durations, self.has_places, events, self.births, self.lanes, self.first_birth,
         self.quantum, self.first_time) = (self.read("params") for _ in range(10))
        self.by_number = naming == 1
        need(naming == (self.block.type == PACKED), "the naming does not fit the type of the block")
        need(self.time_codec <= 2 and self.durations <= 2 and self.has_places <= 1 and self.quantum, "a bad parameter")
        need(self.has_places or self.by_number, "a capture block without places")
        need(events == self.block.events and self.lanes <= MAX_LANES, "a parameter breaks a limit")
        need((self.first_birth > 0) == self.by_number, "the number of the first birth is wrong")

    def decode(self):
        events = [self.event(lane, self.read("tokens")) for lane in self.lane_of_each_event()]
        self.add_times(events)
        self.add_durations(events)
        need(len(self.objects.born) == self.births, "another number of births than the parameters say")
        self.columns.end()
        return events

    def lane_of_each_event(self):
        left = self.block.events
        while left:
            lane, length = self.read("run_lane"), self.read("run_length") + 1
            need(lane < self.lanes and length <= left, "a run is out of bounds")
            left -= length
            for _ in range(length):
                yield lane

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
        event.thread = self.threads[lane]
        return event

    def inside(self, lane, code):
        """The object of the block that a freeing token, or a byte of refs, names."""
        if code == 1:
            born = self.objects.by_cross_reference(lane, self.read("cross"))
            need(born.lane != lane, "a cross reference to the own lane")
            return born
        need(2 <= code <= 95 or code == 252, "a bad reference")
        born = self.objects.of_age(self.read("age")) if code == 252 else self.objects.by_reference(lane, code - 2)
        need(born.lane == lane, "a reference to another lane")
        return born

    def outside(self):
        """The object born outside that the old column names."""
        number = self.read("old")
        self.last_outside = (self.last_outside + unzigzag(number) if self.by_number else
                             at_distance(self.last_outside, number))
        self.check_outside(self.last_outside)
        return self.last_outside

    def check_outside(self, name):
        need(not self.by_number or 0 < name < self.first_birth, "an object born outside the block is not")

    def free_inside(self, lane, token):
        born = self.inside(lane, token)
        birth, kind = born.event, self.free_kinds[born.event.kind]
        self.die(born, lane, crossing=token == 1)
        return Event(kind, alignment=birth.alignment if kind in ALIGNED else 0, size=birth.size if kind in SIZED else 0,
                     object=birth.object)

    def free_outside(self, event):
        event.object = self.outside()
        self.push_outside(event.object)
        return event

    def die(self, born, lane, crossing=False, push=True):
        self.objects.die(born, lane, crossing)
        if self.has_places and push:
            self.places.push(born.event.address, size_class(born.event.size))

    def push_outside(self, address):
        if not self.by_number:
            self.places.push(address, None)

    def rare(self, lane, event):
        check_event(event, range(FREE, 64))
        reference, frees = self.read("rare"), event.kind in FREEING
        if reference == 1:
            event.object = self.read("rare")
            self.check_outside(event.object)
            self.outside_kind = event.kind if frees else self.outside_kind
        elif reference >= 2:
            born = self.objects.of_age(reference - 2)
            event.object = born.event.object
            if frees:
                self.free_kinds[born.event.kind] = event.kind
                self.die(born, lane)
        return event

    def tuple(self, token):
        if token == 251:
            literal = [self.read("literal") for _ in range(4)]
            check_event(Event(*literal), ALLOCATING)
            self.tuples += [literal] if len(self.tuples) < 4096 else []
            return literal
        index = 154 + self.read("tuple_index") if token == 250 else token - 96
        need(index < len(self.tuples), "an unknown tuple")
        return self.tuples[index]

    def allocate(self, lane, event):
        stays = event.has_old and not self.by_number and not event.flags & MOVED
        if event.has_old:
            self.take_old(lane, event, self.read("refs"), push=not stays)
        if event.births:
            self.birth(lane, event, stays)
        return event

    def birth(self, lane, event, stays):
        if stays:
            event.address = event.old
        elif self.has_places:
            event.address = self.places.take(self.read("place"), event.size)
        event.object = self.first_birth + len(self.objects.born) if self.by_number else event.address
        self.objects.birth(lane, event)

    def take_old(self, lane, event, code, push):
        if code == 0:
            event.old = self.outside()
            if event.releases and push:
                self.push_outside(event.old)
        else:
            born = self.inside(lane, code)
            event.old = born.event.object
            if event.releases:
                self.die(born, lane, crossing=code == 1, push=push)

    # Times and durations [4.6]

    def add_times(self, events):
        quanta = [self.constant_times, self.delta_times, self.curve_times][self.time_codec]
        first, last = self.block.first_time, self.block.last_time
        for event, time in zip(events, quanta(len(events))):
            event.time = time * self.quantum
            need(0 <= event.time <= MASK, "a time is out of bounds")
            need(first <= event.time <= last or self.time_codec == 2 or self.quantum > 1, "a time outside the block's")

    def constant_times(self, count):
        return [self.first_time] * count

    def delta_times(self, count):
        times, time = [], self.first_time
        for _ in range(count):
            number = self.read("time")
            time += number - 1 if number else -self.read("time")
            times.append(time)
        return times

    def curve_times(self, count):
        times, time = [], self.first_time
        while len(times) < count:
            gap, rise = self.read("time"), self.read("time")
            need(0 < gap <= count - len(times), "a gap of times is out of bounds")
            times += [time + (rise * k + gap // 2) // gap for k in range(1, gap + 1)]
            time += rise
        return times

    def add_durations(self, events):
        for event in events:
            if self.durations == 2 or self.durations == 1 and event.has_old:
                event.duration = self.read("duration")


def check_event(event, kinds):
    need(event.kind in KINDS and event.kind in kinds, "a kind that does not occur here")
    need(event.flags < 128 and event.alignment <= 63, "unknown flags or a wrong alignment")


# ---- Replay order of a capture reel [6]

Moment = namedtuple("Moment", "event time address dies born is_old")


def moments(events):
    """What befalls the addresses, in order; a realloc has a moment for its old block besides its own."""
    for event in events:
        if event.has_old:
            yield Moment(event, event.time - event.duration, event.old, event.releases, False, True)
        yield Moment(event, event.time, event.object, event.kind in FREEING, event.births, False)


class Resolver:
    def __init__(self, patience):
        self.patience = patience            # how long a thread waits
        self.live, self.numbers = set(), {}  # where an object lives; the last object's number at each address
        self.births, self.events = 0, []

    def due(self, head):
        """When a thread's next moment has its turn: one that contradicts the live addresses waits."""
        moment = head[0]
        is_live = moment.address in self.live
        waits = bool(moment.address) and (moment.dies and not is_live or moment.born and is_live)
        return moment.time + (self.patience if waits else 0), waits, moment.event.thread

    def merge(self, threads):
        heads = [[moment, rest] for rest in map(moments, threads) for moment in [next(rest, None)] if moment]
        while heads:
            head = min(heads, key=self.due)
            self.happen(head[0])
            head[0] = next(head[1], None)
            if head[0] is None:
                heads.remove(head)
        return self.events

    def happen(self, moment):
        if moment.born:
            self.birth(moment.event, moment.address)
        elif moment.address:
            self.name(moment)
        if not moment.is_old:
            self.emit(moment.event)

    def name(self, moment):
        """Puts the number of the object that is, or was last, at an address in its place."""
        event, number = moment.event, self.numbers.get(moment.address, 0)
        if moment.dies:
            self.live.discard(moment.address)
        if moment.is_old:
            event.old = number
        else:
            event.object = number
        if not number and (moment.dies or moment.is_old):
            event.flags |= UNKNOWN

    def birth(self, event, address):
        if address in self.live:
            self.emit(Event(FREE, IMPLIED, object=self.numbers[address], thread=event.thread, time=event.time))
        self.births += 1
        self.live.add(address)
        self.numbers[address] = event.object = self.births

    def emit(self, event):
        event.time = max(event.time, self.events[-1].time if self.events else 0)
        self.events.append(event)


# ---- A whole reel

class Reel:
    def __init__(self, data, check_hash=True):
        self.blocks = read_blocks(data, check_hash)
        self.messages(PRIVATE_METADATA)
        metadata = self.messages(METADATA)
        self.ticks_per_second = protobuf_get(metadata, (2, 2), 0) or 10**9
        self.cause = protobuf_get(metadata, (17, 1), 0)
        self.content_id = protobuf_get(metadata, (17, 5), b"")
        self.forms = {block.type for block in self.blocks} & {CAPTURE, PACKED}
        need(len(self.forms) < 2, "capture and packed blocks in one reel")

    def messages(self, of_type):
        """All metadata messages of a type, which merge by concatenation."""
        messages = b"".join(read_columns(block, [0])[0] for block in self.blocks if block.type == of_type)
        need(len(messages) <= MAX_MESSAGES, "the metadata are too large")
        return messages

    def stored_events(self):
        """The events as the blocks hold them, in file order."""
        births = 0
        for block in self.blocks:
            if block.type in self.forms:
                try:
                    decoder = EventBlock(block)
                    need(decoder.first_birth in (0, births + 1), "the numbers of births have a hole")
                    yield from decoder.decode()
                except ReelError as error:
                    raise ReelError(error.message, block.offset) from None
                births += decoder.births

    def replay(self):
        """All events in replay order, with object numbers."""
        if CAPTURE not in self.forms:
            return self.stored_events()
        threads = defaultdict(list)
        for event in self.stored_events():
            threads[event.thread].append(event)
        return Resolver(self.ticks_per_second // 100000).merge(threads.values())

    def nanoseconds(self, ticks):
        return ticks * 10**9 // self.ticks_per_second


# ---- Content id [5]

def leb128(number):
    result = bytearray()
    while number > 127:
        result.append(number & 127 | 128)
        number >>= 7
    return bytes(result) + bytes([number])


def content_id(events):
    sha, thread, following = hashlib.sha256(), 0, 1
    for event in events:
        other, odd = event.thread != thread, bool(event.flags or event.alignment)
        thread = event.thread
        sha.update(bytes([event.kind + 64 * other + 128 * odd]))
        sha.update((leb128(thread) if other else b"") + (bytes([event.flags, event.alignment]) if odd else b""))
        sha.update(leb128(event.size))
        if event.has_old:
            sha.update(leb128(following - event.old & MASK))
        if event.births:
            following += 1
        else:
            sha.update(leb128(following - event.object & MASK))
    return sha.digest()


# ---- Command line

def as_json(reel, event, seq, raw):
    suffix, clock = ("", int) if raw else ("_ns", reel.nanoseconds)
    line = {"seq": seq, "t" + suffix: clock(event.time), "thread": event.thread, "op": KINDS[event.kind],
            "size": event.size, "align": 1 << event.alignment if event.alignment else 0, "object": event.object}
    if event.kind in REALLOCS:
        line["old_object"] = event.old
    if raw and event.address is not None and PACKED in reel.forms:
        line["address"] = event.address
    if event.flags:
        line["flags"] = [name for bit, name in enumerate(FLAGS) if event.flags >> bit & 1]
    if event.duration:
        line["duration" + suffix] = clock(event.duration)
    return json.dumps(line, separators=(",", ":"))


def run(command, reel, out):
    events = reel.stored_events() if command == "raw" else reel.replay()
    if command == "id":
        computed = content_id(events)
        print(computed.hex(), file=out)
        need(reel.content_id in (b"", computed), f"the reel says that its content id is {reel.content_id.hex()}")
    else:
        for seq, event in enumerate(events):
            print(as_json(reel, event, seq, command == "raw"), file=out)


def main():
    parser = argparse.ArgumentParser(description="A reference reader of reels.")
    parser.add_argument("command", choices=["dump", "raw", "id"])
    parser.add_argument("file", type=argparse.FileType("rb"))
    parser.add_argument("--no-hash", action="store_true", help="do not check the hashes of the blocks' bodies")
    arguments = parser.parse_args()
    try:
        run(arguments.command, Reel(arguments.file.read(), not arguments.no_hash), sys.stdout)
    except ReelError as error:
        sys.exit(f"{arguments.file.name}: {error}")


if __name__ == "__main__":
    main()
