"""What a test program said it did: the reader of truth.h's file.

Rows stand in the order of the calls. A block is named by its address there; here it gets a token of its own, so that
the reuse of an address is not mistaken for the same block.
"""
import dataclasses
import struct

ROW = struct.Struct("<32sQQQIIII")
HEADER_BYTES = 64
FAILED, MOVED, NULL_OLD, NO_RESULT = 1, 2, 4, 8
FLAG_NAMES = {FAILED: "failed", MOVED: "moved", NULL_OLD: "null_old", NO_RESULT: "no_result"}
REALLOCS = ("realloc", "reallocarray")


@dataclasses.dataclass
class Row:
    kind: str
    size: int
    object: int
    old_object: int
    align: int
    flags: int
    thread: int
    pid: int
    token: int = 0
    old_token: int = 0

    @property
    def flag_names(self):
        return {name for bit, name in FLAG_NAMES.items() if self.flags & bit}

    @property
    def births(self):
        return not self.flags & (FAILED | NO_RESULT) and not self.ends and self.kind not in ("usable_size", "mark")

    @property
    def ends(self):
        return self.kind.startswith(("free", "delete"))


def read_rows(path):
    data = path.read_bytes() if path.exists() else b""
    if len(data) < HEADER_BYTES:
        return []
    (count,) = struct.unpack_from("<Q", data)
    fields = (ROW.unpack_from(data, HEADER_BYTES + i * ROW.size) for i in range(count))
    return [Row(field[0].rstrip(b"\0").decode(), *field[1:]) for field in fields]


def name_blocks(rows):
    """Gives every block of one process its token."""
    live, last = {}, 0
    for row in rows:
        if row.kind in REALLOCS and row.old_object and not row.flags & NULL_OLD:
            row.old_token = live.get(row.old_object, 0)
            if not row.flags & FAILED:
                live.pop(row.old_object, None)
        if row.ends:
            row.token = live.pop(row.object, 0)
        elif row.kind == "usable_size":
            row.token = live.get(row.object, 0)
        elif row.births:
            last += 1
            live[row.object] = row.token = last


class Truth:
    def __init__(self, path):
        rows = read_rows(path)
        self.first_pid = rows[0].pid if rows else None
        self.calls = {}  # pid -> rows of its calls, and of what it inherited
        self.figures = {}
        for row in rows:
            if row.kind.startswith("=") and row.kind != "=inherited":
                self.figures[row.kind[1:]] = row.size
            else:
                self.calls.setdefault(row.pid, []).append(row)
        for of_process in self.calls.values():
            name_blocks(of_process)

    def inherited(self, pid):
        return [row for row in self.calls.get(pid, ()) if row.kind == "=inherited"]

    def sequences(self):
        """(pid, thread) -> the rows of its calls, in program order."""
        found = {}
        for pid, rows in self.calls.items():
            for row in rows:
                if row.kind != "=inherited":
                    found.setdefault((pid, row.thread), []).append(row)
        return found
