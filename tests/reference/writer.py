"""A small writer of reels for the tests: it knows one way to say each thing."""
import struct

from container import zigzag
from events import NUMBER_COLUMNS
from vocabulary import ALLOCATING, FREE, MOVED, REALLOCS
from xxh64 import MASK, xxh64


def number_column(name, values):
    """The directory entries and stored bytes of a number column, given by name or id."""
    codes, extra = bytearray(), bytearray()
    for value in values:
        size = max(1, (value - 240).bit_length() + 7 >> 3) if value >= 240 else 0
        codes.append(239 + size if size else value)
        extra += (value - 240).to_bytes(size, "little") if size else b""
    column = NUMBER_COLUMNS.get(name, name)
    return [(column + half, 0, raw, raw) for half, raw in enumerate((bytes(codes), bytes(extra))) if raw]


def block(block_type, sequence, entries, events=0, thread=0, times=(0, 0)):
    """A block of columns: id, codec, expanded and stored bytes."""
    body = b"".join(struct.pack("<BBHII", column, codec, 0, len(raw), len(stored))
                    for column, codec, raw, stored in entries)
    body += b"".join(stored for _, _, _, stored in entries)
    body += bytes(-len(body) % 8)
    header = struct.pack("<4sBBHI4sQQQIIQ", b"RBLK", block_type, 1, len(entries), len(body), b"test", sequence, *times,
                         events, thread, xxh64(body))
    return header + struct.pack("<Q", xxh64(header)) + body


def event_block(block_type, sequence, params, tokens, refs=b"", thread=0, times=(0, 1000), **columns):
    entries = [entry for name, values in {"params": params, **columns}.items() for entry in number_column(name, values)]
    entries += [(column, 0, bytes(raw), bytes(raw)) for column, raw in ((8, tokens), (10, refs)) if raw]
    return block(block_type, sequence, sorted(entries), len(tokens), thread, times)


def make_reel(*blocks):
    header = struct.pack("<8sHHIQQ16sQ", b"\x89REEL\r\n\x1a", 1, 0, 64, 0, 0, b"test" * 4, 0)
    data = header + struct.pack("<Q", xxh64(header)) + b"".join(blocks)
    rows, before = [], 0
    for one in blocks:
        block_type, body_bytes = one[4], struct.unpack_from("<I", one, 8)[0]
        first, last, events, thread = struct.unpack_from("<QQII", one, 24)
        rows.append((block_type, body_bytes // 8, events, thread, zigzag(first - before), last - first))
        before = first
    columns = [number_column(2 * k, values) for k, values in enumerate(zip(*rows))]
    index = block(5, len(blocks), sum(columns, []))
    trailer = struct.pack("<8sQQ", b"REELEND\n", len(data), len(data) + len(index) + 32)
    return data + index + trailer + struct.pack("<Q", xxh64(trailer))


def distance(a, b):
    d = b - a
    return 2 * zigzag(d // 16) if d % 16 == 0 else 2 * zigzag(d) + 1 & MASK


class Distances:
    def __init__(self):
        self.last, self.column = 0, []

    def to(self, address, following=0):
        self.column.append(distance(self.last, address))
        self.last = address + following


def capture_block(sequence, thread, events):
    """A block of a thread's events, with addresses; every old object is told as one born outside."""
    tokens, refs, literal, rare, old, places = [], [], [], [], Distances(), Distances()
    for event in events:
        told = [event.kind, event.flags, event.alignment, event.size]
        if event.kind in ALLOCATING:
            tokens.append(251)
            literal += told
            if event.has_old:
                refs.append(0)
                old.to(event.old)
            if event.births and (event.flags & MOVED or not event.has_old):
                places.to(event.object, max(32, event.size + 23 & ~15))
        elif told == [FREE, 0, 0, 0] and event.object:
            tokens.append(0)
            old.to(event.object)
        else:
            tokens.append(253)
            rare += told + ([1, event.object] if event.object else [0])
    births, first = sum(event.births for event in events), events[0].time
    return event_block(
        1, sequence, [0, 1, 2, 1, len(events), births, 1, 0, 1, first], tokens, refs, thread,
        (0, max(event.time + event.duration for event in events)), lanes=[thread], run_lane=[0],
        run_length=[len(events) - 1], literal=literal, rare=rare, old=old.column, time=steps(events),
        place=[9 + n for n in places.column], duration=[event.duration for event in events], stack=stacks(events))


def plain_block(sequence, thread, events):
    """The same in a plain block: what a form can hold takes one of a few wide ones."""
    time, place = events[0].time, 0
    forms, control, data, rare = [], bytearray(), bytearray(), []
    params = [len(events), thread, 1, time]
    for event in events:
        flags, rise = event.flags, event.time - time
        plain = not (flags or event.alignment or event.duration or event.kind in REALLOCS or event.object % 8)
        if plain and 0 <= rise < 2**32 and event.size < 2**32:
            form = event.kind + (3 << 6) + (3 << 8) + ((6 if event.object else 7) << 10)
            forms += [] if form in forms else [form]
            control.append(1 + forms.index(form))
            data += struct.pack("<II", rise, event.size)
            data += struct.pack("<Q", zigzag((event.object - place) // 8)) if event.object else b""
        else:
            if event.kind in REALLOCS:
                moved = event.births and event.has_old and event.object != event.old
                flags = flags & ~MOVED | MOVED * moved
            control.append(0)
            rare += [event.kind, flags, event.alignment, zigzag(rise), event.size, zigzag(event.object - place)]
            rare += [zigzag(event.old - place)] if event.has_old else []
            rare.append(event.duration)
        time, place = event.time, event.object & ~7 or place
    entries = [entry for column, values in ((0, params), (2, forms), (8, rare), (30, stacks(events)))
               for entry in number_column(column, values)]
    entries += [(column, 0, bytes(raw), bytes(raw)) for column, raw in ((4, control), (6, data)) if raw]
    last = max(event.time + event.duration for event in events)
    return block(6, sequence, sorted(entries), len(events), thread, (0, last))


def stacks(events):
    """The column of stacks: each joins the list anew."""
    column, last = [], 0
    for event in events:
        if event.kind in ALLOCATING and event.stack:
            column += [1, zigzag(event.stack - last)]
            last = event.stack
        elif event.kind in ALLOCATING:
            column.append(0)
    return column if last else []


def steps(events):
    """The time column, of codec 1."""
    times = [event.time for event in events]
    rises = [b - a for a, b in zip(times[:1] + times, times)]
    return [number for rise in rises for number in ([rise + 1] if rise >= 0 else [0, -rise])]
