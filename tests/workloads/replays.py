#!/usr/bin/python3
"""Every workload that `generate --list` names becomes a sound reel, and replays on all four allocators call by call."""
import json
import pathlib
import subprocess
import sys
import tempfile

ALLOCATORS = ("glibc", "jemalloc", "tcmalloc", "mimalloc")
EVENTS = 30_000
PROFILE = "16, 90000, 400\n100, 20000, 900\n5000, 800, 120\n"


def run(*command, accepted=(0,)):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=300)
    if done.returncode not in accepted:
        sys.exit(f"{command} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def replay(binary, name, folder):
    reel, results = folder / "workload.reel", folder / "results.json"
    run(binary, "generate", name, "--events", EVENTS, "-o", reel, "--force")
    run(binary, "check", reel)
    # 3: a gate that so short a reel may fail; what must hold is looked at here.
    run(binary, "replay", reel, "--rounds", "1", "--no-cache", "--json", results, "--force", accepted=(0, 3))
    found = json.loads(results.read_text())
    rows = {row["name"]: row for row in found["allocators"]}
    for allocator in ALLOCATORS:
        if allocator not in rows or not rows[allocator]["verified"] or "failed" in rows[allocator]:
            return f"{allocator} did not replay it: {rows.get(allocator)}"
    conserved = found["fidelity"]["conservation"]
    return None if conserved["pass"] else f"conservation: {conserved}"


def main():
    binary = sys.argv[1]
    listed = json.loads(run(binary, "generate", "--list", "--json"))["workloads"]
    if len(listed) < 3:
        sys.exit(f"{len(listed)} workloads are listed")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "profile.csv").write_text(PROFILE)
        for workload in listed:
            called = workload["name"] + (f":{folder / 'profile.csv'}" if workload["argument"] else "")
            fault = replay(binary, called, folder)
            print(workload["name"], fault or "ok", flush=True)
            if fault:
                sys.exit(1)


if __name__ == "__main__":
    main()
