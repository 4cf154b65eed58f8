#!/usr/bin/python3
"""The three main workloads rank the allocators differently by memory, each in the way that docs/workloads.md explains.

Resident memory of a replay in virtual time is nearly the same from run to run, so one round is enough; the gaps that are
asked for are well below those that were measured. Time is not looked at: on a busy machine one round tells nothing.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

ALLOCATORS = ("glibc", "jemalloc", "tcmalloc", "mimalloc")

# By workload: pairs of which the first takes less on average, by at least so many percent.
EXPECTED = {
    "web-server": [("glibc", "jemalloc", 5), ("glibc", "mimalloc", 15), ("tcmalloc", "mimalloc", 5)],
    "kv-store": [("mimalloc", "glibc", 2), ("mimalloc", "tcmalloc", 10), ("glibc", "tcmalloc", 5)],
    "json-tree": [("glibc", "mimalloc", 5), ("mimalloc", "tcmalloc", 5)],
}


def mean_rss(binary, workload, folder):
    reel = folder / f"{workload}.reel"
    subprocess.run([binary, "generate", workload, "-o", reel], check=True, capture_output=True, timeout=120)
    results = folder / f"{workload}.json"
    done = subprocess.run([binary, "replay", reel, "--quick", "--no-cache", "--json", results], capture_output=True,
                          text=True, timeout=300)
    if done.returncode not in (0, 3):  # 3: a gate of one quick round
        sys.exit(f"replay of {workload} failed:\n{done.stdout}{done.stderr}")
    rows = json.loads(results.read_text())["allocators"]
    return {row["name"]: row["rss_mean_bytes"]["median"] for row in rows if row["name"] in ALLOCATORS}


def faults_of(workload, means):
    """What is not as the page says."""
    faults = []
    for less, more, percent in EXPECTED[workload]:
        gap = (means[more] / means[less] - 1) * 100
        if gap < percent:
            faults.append(f"{workload}: {more} takes {gap:.1f} % more than {less}, not at least {percent} %")
    return faults


def main():
    faults = []
    orders = {}
    measured = {}
    with tempfile.TemporaryDirectory() as folder:
        for workload in EXPECTED:
            measured[workload] = mean_rss(sys.argv[1], workload, pathlib.Path(folder))
            orders[workload] = sorted(ALLOCATORS, key=measured[workload].get)
            print(workload, {name: f"{measured[workload][name] / 2**20:.1f} MiB" for name in orders[workload]})
            faults += faults_of(workload, measured[workload])
    if len({tuple(order) for order in orders.values()}) != len(orders):
        faults.append("two workloads rank the allocators alike")
    # The control: one workload's figures do not pass for another's.
    if not faults_of("kv-store", measured["json-tree"]) or not faults_of("json-tree", measured["kv-store"]):
        faults.append("the expectations do not tell the workloads apart")
    sys.exit("\n".join(faults) if faults else 0)


if __name__ == "__main__":
    main()
