#!/usr/bin/env python3
"""Traces a test program with a real tool, imports the trace, and compares the reel with what the program says it did.

  run_tracers.py --bin DIR --programs DIR --parts DIR TOOL [--tamper WAY]

Call by call: kind, size, alignment, result, and which block each call took, as far as the tool tells it (tools.py).
Status 77: the tool is not there, or may not be used here.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "programs"))

# pylint: disable=wrong-import-position
import tamper
from compare import Blocks, Mismatch, compare_sequence, equal, read_fences, require
from tools import TOOLS, Broken, Job, Missing
from truth import Truth

SKIPPED = 77


def heapreel(args, *words):
    done = subprocess.run([args.bin / "heapreel", *map(str, words)], capture_output=True, text=True, check=False)
    require(done.returncode == 0, f"heapreel {' '.join(map(str, words))}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def import_trace(args, trace, reel):
    """Without --from: the trace must be known by what it looks like."""
    told = json.loads(heapreel(args, "import", "--json", trace, "-o", reel))
    equal(told["format"], args.tool, "format that was found")
    return told


def events_of(args, reel):
    events = map(json.loads, heapreel(args, "dump", "--format", "jsonl", reel).splitlines())
    if args.tamper:
        events = tamper.apply(args.tamper, events)
    return [event for event in events if not {"implied", "unknown"} & set(event.get("flags", ()))]


def compare(args, tool, truth, events):
    """A trace without threads is one thread's, and so must the program be."""
    closed = read_fences(events).closed
    blocks = Blocks()
    for (_, thread), rows in truth.sequences().items():
        require(thread in closed, f"thread {thread}: its fences are not in the reel")
        compare_sequence(list(tool.seen(rows)), closed[thread], blocks, f"{args.program}, thread {thread}")


def run(args):
    tool = TOOLS[args.tool]
    with tempfile.TemporaryDirectory(prefix="heapreel_tracer_") as name:
        folder = pathlib.Path(name)
        env = {"PATH": os.environ["PATH"], "HOME": name, "LC_ALL": "C.UTF-8", "PROBE_OUT": str(folder / "truth")}
        argv = [args.programs / args.program.split()[0], *args.program.split()[1:]]
        trace = tool.trace(Job(argv, folder, env, args.parts))
        told = import_trace(args, trace, folder / "app.reel")
        equal(told["first_bad_lines"], [], "lines that make no sense")
        equal(told["repaired"]["times_raised"], 0, "times that went back")
        compare(args, tool, Truth(folder / "truth"), events_of(args, folder / "app.reel"))
        return told


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="folder of heapreel")
    parser.add_argument("--programs", type=pathlib.Path, required=True, help="folder of the test programs")
    parser.add_argument("--parts", type=pathlib.Path, required=True, help="folder of mtrace_start.so")
    parser.add_argument("--program", default="calls", help="which one, with its arguments")
    parser.add_argument("--tamper", choices=sorted(tamper.WAYS), help="falsify the events this way; it must be noticed")
    parser.add_argument("tool", choices=sorted(TOOLS))
    args = parser.parse_args()
    args.bin, args.programs, args.parts = args.bin.resolve(), args.programs.resolve(), args.parts.resolve()
    try:
        told = run(args)
    except Missing as missing:
        print(f"skipped: {missing}")
        return SKIPPED
    except Broken as broken:
        print(f"{args.tool}: {broken}")
        return 1
    except Mismatch as mismatch:
        print(f"{args.tool}, {args.tamper or 'as it is'}: {mismatch}")
        return 0 if args.tamper else 1
    print(f"{args.tool}: {told['events']} events of {args.program} are what the program did")
    return 1 if args.tamper else 0


if __name__ == "__main__":
    sys.exit(main())
