"""Records a program whose chains of calls are known, and reads them back by name.

test_stacks.py HEAPREEL CHAIN HOW [WRONG]: HOW is the value of --stacks ("" for none). With WRONG, the chain of malloc
is expected to hold that function, too: the control, which must fail.
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

CHAINS = {
    ("malloc", 1101): ["by_malloc", "middle", "main"],
    ("new", 1102): ["by_new", "main"],
    ("new[]", 1103): ["by_new_array", "main"],
    ("calloc", 1104): ["by_calloc", "main"],
    ("realloc", 1105): ["by_realloc", "main"],
    ("realloc", 1106): ["by_realloc_again", "main"],
    ("aligned_alloc", 1152): ["by_aligned", "main"],
    ("malloc", 1107): ["by_malloc", "middle", "thread_body"],
}


def run(*command):
    done = subprocess.run(["timeout", "-s", "KILL", "60", *map(str, command)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def events_of(heapreel, flags, words):
    with tempfile.TemporaryDirectory() as folder:
        reel = pathlib.Path(folder) / "chain.reel"
        run(heapreel, "record", *flags, "-q", "-o", reel, *words)
        run(heapreel, "check", reel)
        return [json.loads(line) for line in run(heapreel, "dump", "--stacks", "--format", "jsonl", reel).splitlines()]


def names(event):
    plain = (re.sub(r"\(anonymous namespace\)::", "", frame.get("function", "?")) for frame in event.get("frames", []))
    return [name.split("(")[0] for name in plain]


def check_chains(events, chains):
    for (op, size), chain in chains.items():
        found = [event for event in events if event["op"] == op and event.get("size") == size]
        if len(found) != 1:
            sys.exit(f"{op} of {size}: {len(found)} events")
        if names(found[0])[:len(chain)] != chain:
            sys.exit(f"{op} of {size}: {names(found[0])}, not {chain}")


def check_depth(heapreel, chain, how):
    depth = 2
    flag = f"--stacks={how + ':' if how else ''}{depth}"
    deepest = max(len(names(event)) for event in events_of(heapreel, [flag], [chain]))
    if deepest != depth:
        sys.exit(f"{flag}: a stack of {deepest} frames")


def check_sampling(heapreel, chain, stacks):
    """3.2 MB in blocks of 100 bytes, one stack in 4 KiB: 781 on average, and 5 standard deviations are 140."""
    events = events_of(heapreel, [stacks, "--stacks-every=4K"], [chain, "32000"])
    taken = sum(1 for event in events if event.get("size") == 100 and names(event)[:1] == ["many"])
    if not 640 <= taken <= 922:
        sys.exit(f"--stacks-every=4K: {taken} stacks, where 781 are to be expected")


def main():
    heapreel, chain, how, *wrong = sys.argv[1:]
    stacks = f"--stacks={how}" if how else "--stacks"
    chains = {**CHAINS, ("malloc", 1101): ["by_malloc", *wrong, "middle", "main"]}
    check_chains(events_of(heapreel, [stacks], [chain]), chains)
    check_depth(heapreel, chain, how)
    check_sampling(heapreel, chain, stacks)
    if any(names(event) for event in events_of(heapreel, [], [chain])):
        sys.exit("stacks that nobody asked for")


main()
