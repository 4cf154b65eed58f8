"""The three fields of the metadata that a reader of events wants [1.4], and as much protobuf as they take."""
from collections import namedtuple

from container import METADATA, need, read_columns

Metadata = namedtuple("Metadata", "ticks_per_second cause content_id")


def read_metadata(blocks):
    """All messages merge, which their concatenation does by itself."""
    message = b"".join(read_columns(block, [0])[0] for block in blocks if block.type == METADATA)
    clock, ending = b"".join(values(message, 2)), b"".join(values(message, 17))
    return Metadata(last(clock, 2, 0) or 10**9, last(ending, 1, 0), last(ending, 5, b""))


def last(message, field, default):
    return (values(message, field) or [default])[-1]


def values(message, wanted):
    """The values of a field: numbers, or the bytes of strings and messages."""
    result, at = [], 0
    while at < len(message):
        key, at = varint(message, at)
        need(key & 7 in (0, 1, 2, 5), "a bad protobuf field")
        if key & 7 == 0:
            value, at = varint(message, at)
        else:
            size, at = {1: (8, at), 5: (4, at)}.get(key & 7) or varint(message, at)
            value, at = message[at:at + size], at + size
        if key >> 3 == wanted:
            result.append(value)
    need(at == len(message), "a protobuf message is cut off")
    return result


def varint(message, at):
    number = shift = 0
    while at < len(message) and shift < 70:
        number |= (message[at] & 127) << shift
        at, shift = at + 1, shift + 7
        if message[at - 1] < 128:
            return number, at
    need(False, "a bad protobuf number")
