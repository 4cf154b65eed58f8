#!/usr/bin/env python3
"""What a person sees of a recording: the line that lives while it runs, the summary at its end, and `ctl status`.

  test_view.py --bin DIR [CASE...]      run cases (all, if none is named)
"""
import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import time

from driver import PYTHON, require, run_cases, wait_for

UNITS = {"B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}

# 200,000 blocks of 1 to 400 bytes, half of them freed again, and two large ones. Prints what malloc gave, by itself.
HOLDER = """
import ctypes, random, time
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
libc.free.argtypes = [ctypes.c_void_p]
r = random.Random(3)
sizes = [r.randrange(1, 400) for _ in range(200000)] + [5 << 20, 100000]
held = [(libc.malloc(n), n) for n in sizes]
for address, _ in held[:200000:2]: libc.free(address)
print(sum(n for i, (_, n) in enumerate(held) if i >= 200000 or i % 2), flush=True)
"""


def live_bytes(heapreel):
    """`ctl status` says within a tenth what the program has allocated and not freed."""
    with heapreel.start("record", "-q", "-o", "live.reel", PYTHON, "-c", f"{HOLDER}\ninput()") as record:
        said = int(record.stdout.readline())
        time.sleep(0.3)  # what is still on its way
        before = json.loads(heapreel.run("ctl", "status", record.pid).stdout)
        record.communicate("\n", timeout=60)
    process = before["processes"][0]
    own = 3 << 20  # what python itself has, at most
    require(0.9 * said <= process["live_bytes"] <= 1.1 * (said + own), f"{said} bytes live, estimated {process}")
    require(before["live_bytes"] == process["live_bytes"], f"the sum: {before}")
    require(process["rss_bytes"] > process["live_bytes"] / 2, f"anonymous memory: {process}")


def on_terminal(heapreel, columns, *words):
    """What a command writes to a terminal of so many columns."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    with subprocess.Popen([heapreel.binary, *words], stdin=theirs, stdout=subprocess.DEVNULL, stderr=theirs,
                          cwd=heapreel.work, env=environment) as command:
        os.close(theirs)
        said = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # the last writer has gone
                break
            said += part
        require(command.wait(60) == 0, said.decode())
    os.close(ours)
    return said.decode()


def bytes_of(text):
    number, unit = text.split()
    return float(number) * UNITS[unit]


def live_line(heapreel):
    """Events, live bytes, RSS, threads and the reel's size, on one line that fits the terminal; then five lines."""
    said = on_terminal(heapreel, 80, "record", "-o", "line.reel", PYTHON, "-c", f"{HOLDER}\ntime.sleep(1.5)")
    shown, summary = said.rsplit("\r\x1b[K", 1)
    lines = [line for line in shown.split("\r\x1b[K") if line]
    require(len(lines) >= 3, f"the line was shown {len(lines)} times: {said!r}")
    require(all(len(line) < 80 and "\n" not in line for line in lines), f"a line that does not fit: {lines}")
    last = lines[-1]
    figures = re.fullmatch(r"[\d.]+( k| M)? events, [\d.]+( k| M)?/s, live (.*?), RSS (.*?), 1 thread, reel (.*)", last)
    require(figures is not None, f"an unknown line: {last!r}")
    require(18e6 < bytes_of(figures[3]) < 32e6, f"25 MB live: {last!r}")
    require(bytes_of(figures[4]) > 20e6, f"RSS: {last!r}")
    rows = summary.strip().splitlines()
    require(len(rows) == 5 and all(row.startswith("heapreel: ") for row in rows), f"not five lines: {summary}")
    require(max(map(len, rows)) <= 80, f"a row that does not fit: {rows}")
    require("next: heapreel info line.reel" in rows[-1], f"no next command: {rows[-1]}")


def narrow_line(heapreel):
    """On a narrow terminal the line says less, and does not break."""
    said = on_terminal(heapreel, 40, "record", "-o", "narrow.reel", PYTHON, "-c", f"{HOLDER}\ntime.sleep(0.7)")
    lines = [line for line in said.rsplit("\r\x1b[K", 1)[0].split("\r\x1b[K") if line]
    require(lines and all(len(line) < 40 for line in lines), f"a line that does not fit: {lines}")


def quiet(heapreel):
    """-q says nothing, on a terminal either."""
    said = on_terminal(heapreel, 80, "record", "-q", "-o", "quiet.reel", PYTHON, "-c", f"{HOLDER}\ntime.sleep(0.5)")
    require(said == "", f"-q, and yet: {said!r}")
    wait_for((heapreel.work / "quiet.reel").exists, "the reel")


if __name__ == "__main__":
    sys.exit(run_cases(__doc__, (live_bytes, live_line, narrow_line, quiet)))
