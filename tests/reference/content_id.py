"""The content id: section 5 of docs/reel-format.md."""
import hashlib

from container import MASK


def leb128(number):
    result = bytearray()
    while number > 127:
        result.append(number & 127 | 128)
        number >>= 7
    return bytes(result) + bytes([number])


def content_id(events):
    """Of events in replay order."""
    sha, thread, following = hashlib.sha256(), 0, 1
    for event in events:
        sha.update(event_bytes(event, event.thread != thread, following))
        thread = event.thread
        following += event.births
    return sha.digest()


def event_bytes(event, other_thread, following):
    special = bool(event.flags or event.alignment)
    result = bytes([event.kind + 64 * other_thread + 128 * special])
    if other_thread:
        result += leb128(event.thread)
    if special:
        result += bytes([event.flags, event.alignment])
    result += leb128(event.size)
    if event.has_old:
        result += leb128(following - event.old & MASK)
    return result if event.births else result + leb128(following - event.object & MASK)
