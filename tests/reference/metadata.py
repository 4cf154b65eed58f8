"""What a reader of events wants of the metadata [1.4], and as much protobuf as it takes."""
from collections import namedtuple

from container import METADATA, need, read_columns

Metadata = namedtuple("Metadata", "ticks_per_second cause content_id stacks limits")


def read_metadata(blocks):
    """All messages merge, which their concatenation does by itself."""
    message = b"".join(read_columns(block, [0])[0] for block in blocks if block.type == METADATA)
    clock, ending = b"".join(values(message, 2)), b"".join(values(message, 17))
    return Metadata(last(clock, 2, 0) or 10**9, last(ending, 1, 0), last(ending, 5, b""), stack_nodes(message),
                    limits(message))


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


# ---- Call stacks

def stack_nodes(message):
    """The nodes of the tree of call stacks, by number: parent, module, offset."""
    nodes = {}
    for piece in values(message, 18):
        lists = [packed(piece, field) for field in (1, 2, 3)]
        need(len(set(map(len, lists))) == 1, "lists of call stacks of different length")
        for parent, module, offset in zip(*lists):
            need(parent <= len(nodes), "a call stack before its caller")
            nodes[len(nodes) + 1] = (parent, module, offset)
    return nodes


def packed(message, field):
    """A list of numbers, packed or one by one."""
    result = []
    for value in values(message, field):
        if isinstance(value, int):
            result.append(value)
            continue
        at = 0
        while at < len(value):
            number, at = varint(value, at)
            result.append(number)
    return result


def limits(message):
    """The limits of the process's resources."""
    return [text.decode() for machine in values(message, 3) for text in values(machine, 8)]
