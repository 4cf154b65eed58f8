"""Compares what a program said with what its reel says, event by event.

What is compared is what a thread did between its two fences (truth.h): kind, size, alignment, result, and which block
each call took, as a one-to-one relation between the program's blocks and the reel's objects.
"""
FENCE_OPENS, FENCE_CLOSES, FENCES = 90000, 110000, 10000
NOT_CALLS = ("thread_start", "thread_end")


class Mismatch(Exception):
    """The reel does not say what the program said."""


def require(holds, text):
    if not holds:
        raise Mismatch(text)


def equal(actual, expected, what):
    require(actual == expected, f"{what}: the reel says {actual}, the program {expected}")


def fence_number(event, base):
    if event["op"] == "malloc" and base <= event["size"] < base + FENCES:
        return event["size"] - base
    return None


def is_null_free(event):
    return event["op"] in ("free", "delete", "delete[]") and event["object"] == 0 and not event.get("flags")


class FenceReader:
    """Splits the events of a process, in replay order, into what was done between fences."""

    def __init__(self):
        self.closed = {}  # fence number -> events
        self.open = {}  # reel's thread -> (fence number, events, object of the fence)
        self.inherited = {}  # object -> size

    def take(self, event):
        if event["op"] == "inherited":
            self.inherited[event["object"]] = event["size"]
            return
        thread = event["thread"]
        opening = fence_number(event, FENCE_OPENS)
        if opening is not None:
            self.open[thread] = (opening, [], event["object"])
        elif thread in self.open:
            self.take_inside(thread, event)

    def take_inside(self, thread, event):
        number, inside, fence_object = self.open[thread]
        if fence_number(event, FENCE_CLOSES) == number:
            self.closed[number] = inside
            del self.open[thread]
        elif event["object"] == fence_object and event["op"] == "free" and not inside:
            pass
        elif event["op"] not in NOT_CALLS and not is_null_free(event):
            inside.append(event)


def read_fences(events):
    reader = FenceReader()
    for event in events:
        reader.take(event)
    return reader


class Blocks:
    """A one-to-one relation between the program's blocks and the objects of the reel."""

    def __init__(self):
        self.object_of = {}
        self.token_of = {}

    def meet(self, token, named, at):
        require((token == 0) == (named == 0), f"{at}: the reel's object is {named}, the program's block {token}")
        if token == 0:
            return
        equal(self.object_of.setdefault(token, named), named, f"{at}: object of the block")
        equal(self.token_of.setdefault(named, token), token, f"{at}: block of the object")


def text_of(event):
    flags = ",".join(event.get("flags", ()))
    return f"{event['op']}({event['size']}) align {event['align']} {flags}".rstrip()


def compare_call(row, event, blocks, at):
    equal(event["op"], row.kind, f"{at}: kind")
    if row.kind == "mark":
        return
    if row.kind != "usable_size":
        equal(event["size"], row.size, f"{at}: size")
    equal(event["align"], row.align, f"{at}: alignment")
    equal(set(event.get("flags", ())) - {"runtime"}, row.flag_names, f"{at}: flags")
    if "old_object" in event:
        blocks.meet(row.old_token, event["old_object"], at)
    blocks.meet(row.token, event["object"], at)


def without_strangers(rows, events):
    """Leaves out blocks that only a library asked for: of a kind and size the program never used."""
    ours = {(row.kind, row.size) for row in rows}
    strange = {event["object"] for event in events
               if event["object"] and "flags" not in event and not event["op"].startswith(("free", "delete"))
               and (event["op"], event["size"]) not in ours}
    return [event for event in events if event["object"] not in strange]


def compare_sequence(rows, events, blocks, name, strangers=False):
    if strangers:
        events = without_strangers(rows, events)
    for i, (row, event) in enumerate(zip(rows, events)):
        compare_call(row, event, blocks, f"{name}, call {i}, {text_of(event)}")
    equal(len(events), len(rows), f"{name}: number of calls")


def compare_inheritance(truth, pid, inherited, blocks):
    """What the child was told to have inherited must stand in its reel, and frees must name it."""
    for row in truth.inherited(pid):
        named = blocks.object_of.get(row.token)
        if named is not None:
            equal(inherited.get(named), row.size, f"process {pid}: size of an inherited block")
    sizes = sorted(inherited.values())
    for row in truth.inherited(pid):
        require(row.size in sizes, f"process {pid}: no inherited block of {row.size} bytes")
        sizes.remove(row.size)


def compare_processes(truth, readers, strangers=False):
    """`readers`: pid -> its FenceReaders, one for each image; key None holds the first process of all."""
    require(truth.calls, "the program told nothing")
    blocks_of = {}
    for (pid, thread), rows in truth.sequences().items():
        images = readers.get(pid, []) + readers.get(None, [])
        found = [image for image in images if thread in image.closed]
        require(found, f"process {pid}, thread {thread}: not in any reel")
        blocks = blocks_of.setdefault((pid, id(found[0])), (Blocks(), found[0]))[0]  # names end at an exec
        compare_sequence(rows, found[0].closed[thread], blocks, f"process {pid}, thread {thread}", strangers)
    for (pid, _), (blocks, image) in blocks_of.items():
        if truth.inherited(pid):
            compare_inheritance(truth, pid, image.inherited, blocks)
