#!/usr/bin/env python3
"""A second reader of reels, written from docs/reel-format.md alone; numbers in brackets are sections of that text.

It is documentation that runs, simple and slow: container.py makes blocks and columns of a file, events.py and plain.py make
events of columns, replay_order.py puts those of a capture reel in order. It refuses damaged reels. Zstandard comes from
python3-zstandard or the zstd command.

    reel.py dump FILE    the events in replay order, a JSON object a line
    reel.py about FILE   what the metadata says of call stacks and limits, a JSON object a line
    reel.py id FILE      the content id, computed; it fails if the reel states another
"""
import argparse, json, sys

from container import CAPTURE, PACKED, PLAIN, ReelError, need, read_blocks
from content_id import content_id
from events import decode
from metadata import read_metadata
from plain import decode_plain
from replay_order import replay_order
from vocabulary import FLAGS, KINDS, REALLOCS


class Reel:
    def __init__(self, data):
        self.blocks = read_blocks(data)
        self.metadata = read_metadata(self.blocks)
        self.forms = {block.type for block in self.blocks} & {CAPTURE, PACKED, PLAIN}
        need(PACKED not in self.forms or len(self.forms) < 2, "capture and packed blocks in one reel")

    def stored_events(self):
        """The events as the blocks hold them, in file order."""
        due = 1
        for block in self.blocks:
            if block.type == PLAIN:
                yield from decode_plain(block)
            elif block.type in self.forms:
                events, first, following = decode(block)
                need(block.type == CAPTURE or first >= due, "numbers of births that were given before")
                yield from events
                due = following

    def replay(self):
        """All events in replay order, with object numbers."""
        if self.forms & {CAPTURE, PLAIN}:
            return replay_order(self.stored_events(), self.metadata.ticks_per_second)
        return self.stored_events()

    def dump(self, events):
        """The lines of `heapreel dump --format jsonl`."""
        for seq, event in enumerate(events):
            yield json.dumps(self.as_json(seq, event), separators=(",", ":"))

    def as_json(self, seq, event):
        line = {"seq": seq, "t_ns": self.nanoseconds(event.time), "thread": event.thread, "op": KINDS[event.kind],
                "size": event.size, "align": 1 << event.alignment if event.alignment else 0, "object": event.object}
        if event.kind in REALLOCS:
            line["old_object"] = event.old
        if event.flags:
            line["flags"] = [name for bit, name in enumerate(FLAGS) if event.flags >> bit & 1]
        if event.duration:
            line["duration_ns"] = self.nanoseconds(event.duration)
        if event.stack:
            line["stack"] = event.stack
        return line

    def about(self):
        for number, (parent, module, offset) in self.metadata.stacks.items():
            yield json.dumps({"node": number, "parent": parent, "module": module, "offset": offset})
        for limit in self.metadata.limits:
            yield json.dumps({"limit": limit})

    def nanoseconds(self, ticks):
        return ticks * 10**9 // self.metadata.ticks_per_second

    def content_id(self, events):
        computed, stated = content_id(events), self.metadata.content_id
        need(stated in (b"", computed), f"the content id is {computed.hex()}, but the reel says {stated.hex()}")
        return computed.hex()


def main():
    parser = argparse.ArgumentParser(description="A reference reader of reels.")
    parser.add_argument("command", choices=["about", "dump", "id"])
    parser.add_argument("file", type=argparse.FileType("rb"))
    arguments = parser.parse_args()
    try:
        reel = Reel(arguments.file.read())
        lines = {"about": reel.about, "dump": lambda: reel.dump(reel.replay()),
                 "id": lambda: [reel.content_id(reel.replay())]}
        for line in lines[arguments.command]():
            print(line)
    except ReelError as error:
        sys.exit(f"{arguments.file.name}: {error}")


if __name__ == "__main__":
    main()
