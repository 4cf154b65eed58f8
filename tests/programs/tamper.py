"""Falsifies a stream of events in one place, to see a comparison go red.

The place lies inside what is compared: behind a fence, or far enough into a stream that has none.
"""
import itertools

from compare import FENCE_OPENS, fence_number

WITHOUT_FENCE = 2000  # calls until a stream counts as one without fences
SKIPPED = 10


def is_birth(event):
    return event["object"] != 0 and not event["op"].startswith(("free", "delete", "usable", "inherited"))


def drop(event, _rest):
    del event
    return []


def resize(event, _rest):
    return [{**event, "size": event["size"] + 1}]


def rename(event, _rest):
    return [{**event, "op": "calloc" if event["op"] != "calloc" else "malloc"}]


def double(event, _rest):
    return [event, dict(event)]


def swap(event, rest):
    """Exchanges it with the next call of its thread that differs from it."""
    between = []
    for other in rest:
        if other["thread"] == event["thread"] and (other["op"], other["size"]) != (event["op"], event["size"]):
            return [other, *between, event]
        between.append(other)
    return [event, *between]


def mistake(event, rest):
    """A later free names another block than the one it freed."""
    between = []
    for other in rest:
        if other["op"].startswith(("free", "delete")) and other["object"] not in (0, event["object"]):
            return [event, *between, {**other, "object": event["object"]}]
        between.append(other)
    return [event, *between]


def disinherit(events):
    """One of the inherited blocks is not told."""
    missing = True
    for event in events:
        if missing and event["op"] == "inherited":
            missing = False
        else:
            yield event


WAYS = {way.__name__: way for way in (drop, resize, rename, double, swap, mistake)}
WHOLE_WAYS = {way.__name__: way for way in (disinherit,)}  # of all events, not of one place
NAMES = sorted([*WAYS, *WHOLE_WAYS])


def apply(way, events):
    if way in WHOLE_WAYS:
        yield from WHOLE_WAYS[way](events)
        return
    events = iter(events)
    thread, seen, calls = None, 0, 0
    for event in events:
        calls += event["op"] != "inherited"  # all of them stand on one thread, which may do nothing more
        if thread is None and (fence_number(event, FENCE_OPENS) is not None or calls == WITHOUT_FENCE):
            thread = event["thread"]
        elif event["thread"] == thread and is_birth(event):
            seen += 1
            if seen == SKIPPED:
                yield from WAYS[way](event, events)
                break
        yield event
    yield from itertools.chain(events)
