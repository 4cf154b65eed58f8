#!/usr/bin/env python3
"""Runs real programs with and without the recorder, each with several allocators, and compares.

  run_real.py --bin DIR [NAME.ALLOCATOR]...     e.g. sqlite.plain redis.tcmalloc
  run_real.py --list
Exit status 77: the machine lacks a program or a library (skipped).
"""
import argparse
import os
import pathlib
import shutil
import sys
import tempfile
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "programs"))

from compare import Mismatch, require  # noqa: E402
from programs import PROGRAMS  # noqa: E402
from real_case import ALLOCATORS, Missing, judge, library_of  # noqa: E402
from recording import Outcome, reels_in, run_command  # noqa: E402
from servers import SERVERS  # noqa: E402
from truth import Truth  # noqa: E402

CASES = {case.name: case for case in (*PROGRAMS, *SERVERS)}
SKIPPED = 77
PATH = f"{os.environ['PATH']}:/usr/sbin:/sbin"


def found(command):
    path = shutil.which(command, path=PATH)
    if path is None:
        raise Missing(f"{command} is not installed")
    return path


class Client(threading.Thread):
    """Loads a server while it runs; what it raised, or saw, is asked for when both have ended."""

    def __init__(self, load, folder):
        super().__init__()
        self.load, self.folder = load, folder
        self.saw, self.raised = "", None

    def run(self):
        try:
            self.saw = str(self.load(self.folder))
        except Exception as error:  # judged in the main thread
            self.raised = error

    def result(self):
        self.join()
        if self.raised is not None:
            raise Mismatch(f"the load failed: {self.raised}")
        return self.saw


def run(case, folder, prefix, library):
    folder.mkdir()
    folder.chmod(0o755)
    argv = case.prepare(folder)
    argv[0] = found(argv[0])
    env = {"PATH": PATH, "HOME": str(folder), "LC_ALL": "C.UTF-8", **case.env}
    if library is not None:
        env["LD_PRELOAD"] = library
    client = Client(case.load, folder) if case.load is not None else None
    if client is not None:
        client.start()
    status, stdout, stderr, seconds = run_command([*prefix, *argv], folder, env, case.timeout)
    stdout += client.result() if client is not None else ""
    return Outcome(folder, status, stdout, stderr, [], Truth(folder / "none"), seconds, argv, env)


def run_case(name, heapreel):
    """-> a line of what was seen; raises Mismatch or Missing."""
    case_name, allocator = name.split(".")
    case = CASES[case_name]
    for command in case.needs:
        found(command)
    library = library_of(allocator)
    with tempfile.TemporaryDirectory(prefix="heapreel_real_") as root:
        root = pathlib.Path(root)
        root.chmod(0o755)
        plain = run(case, root / "plain", [], library)
        require(plain.status == 0, f"the program fails by itself: {plain.status}\n{plain.stderr}")
        reel = root / "recorded" / "app.reel"
        recorded = run(case, root / "recorded", [heapreel, "record", "-o", str(reel), "--"], library)
        recorded.reels = reels_in(recorded.folder, heapreel)
        events = judge(case, plain, recorded, allocator)
    return f"{events} events in {len(recorded.reels)} reels, {recorded.seconds:.2f} s; unrecorded {plain.seconds:.2f} s"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, help="folder of heapreel")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("names", nargs="*", metavar="NAME.ALLOCATOR")
    args = parser.parse_args()
    names = [f"{case}.{allocator}" for case in CASES for allocator in ALLOCATORS]
    if args.list:
        print("\n".join(names))
        return 0
    unknown = [name for name in args.names if name not in names]
    if unknown or args.bin is None:
        parser.error(f"unknown: {unknown}" if unknown else "--bin is needed")
    results = [report(name, str(args.bin.resolve() / "heapreel")) for name in args.names or names]
    return max(results, key=lambda result: (result == 1, result))


def report(name, heapreel):
    try:
        print(f"{name}: {run_case(name, heapreel)}", flush=True)
        return 0
    except Missing as missing:
        print(f"{name}: skipped: {missing}", flush=True)
        return SKIPPED
    except Mismatch as mismatch:
        print(f"{name}: FAILED: {mismatch}", flush=True)
        return 1


if __name__ == "__main__":
    sys.exit(main())
