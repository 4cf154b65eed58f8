"""Families: fork, vfork, spawn, exec, wrappers, daemons. Every process that allocates has a reel of its own."""
import sys

from case import Case, exact
from compare import Mismatch, equal, require


def check_forks(outcome):
    exact(outcome, complete=None)
    figures = outcome.truth.figures
    equal(figures["children_well"], figures["children"], "children that ended well")
    equal(len(outcome.reels), figures["children"] + 1, "reels")
    made = dict.fromkeys(range(600, 604), 0)
    for event in outcome.main.events():
        if event["op"] == "malloc" and event["size"] in made:
            made[event["size"]] += 1
    equal(made, {600 + i: figures[f"made{i}"] for i in range(4)}, "allocations of the threads")


def check_heirs(outcome):
    exact(outcome)
    equal(len(outcome.reels), 3, "reels")


def check_orphan(outcome):
    exact(outcome)
    equal(len(outcome.reels), 2, "reels")


def check_disowned(outcome):
    """The child's reel is there, and says why its frees are of nobody."""
    equal(len(outcome.reels), 1, "reels")
    child = outcome.main
    require(child.path.name != "app.reel", "the parent's reel was not removed")
    info = child.info()
    require(info["unknown_frees"] > 0, "the frees are known")
    require("inherited" not in info["events_by_kind"], "it inherited from a reel that is not there")
    try:
        child.check()
    except Mismatch as mismatch:
        require("what was inherited from the parent is not known" in str(mismatch), f"no reason is told: {mismatch}")
    else:
        raise Mismatch("check finds nothing")


def family(reels):
    """At least so many reels: wrappers have their own when they allocate."""
    def check(outcome):
        exact(outcome)
        require(len(outcome.reels) >= reels, f"{len(outcome.reels)} reels, for {reels} processes")
    return check


def of_processes(count):
    """Our programs told of `count` processes; every one of them was found (exact)."""
    def check(outcome):
        exact(outcome, complete=None)  # dash leaves by _exit
        equal(len(outcome.truth.calls), count, "processes that told something")
        equal(outcome.stdout, "done\n" * count, "output")
    return check


def check_self(outcome):
    exact(outcome)
    equal(len(outcome.reels), 6, "reels of one process and its six images")


def check_daemon(outcome):
    exact(outcome, complete=None)  # the first generation leaves by _exit
    equal(len(outcome.truth.calls), 3, "processes that told something")
    require(len(outcome.reels) >= 3, f"{len(outcome.reels)} reels, for 3 generations")


PYTHON_STARTS = "import subprocess, sys; sys.exit(subprocess.run(sys.argv[1:]).returncode)"

CASES = [
    Case("forks", ["forks", "300"], check_forks, timeout=180, tampers=["disinherit"]),
    Case("heirs", ["heirs"], check_heirs, tampers=["drop", "resize", "mistake", "disinherit"]),
    Case("orphan", ["orphan", "{folder}/app.reel"], check_orphan, tampers=["disinherit"]),
    Case("disowned", ["orphan", "{folder}/app.reel", "remove"], check_disowned),
    Case("vforks", ["launches", "vfork", "200", "{programs}/blocks"], family(201), timeout=120),
    Case("spawns", ["launches", "spawn", "30", "{programs}/blocks"], family(31)),
    Case("fork_execs", ["launches", "fork", "30", "{programs}/blocks"], family(31)),
    Case("exec_self", ["launches", "self", "5"], check_self),
    Case("daemon", ["daemon"], check_daemon),
    Case("shell", ["/bin/sh", "-c", "{programs}/blocks 40; {programs}/blocks 60"], of_processes(2)),
    Case("shell_execs", ["/bin/sh", "-c", "exec {programs}/blocks 40"], of_processes(1)),
    Case("shell_status", ["/bin/sh", "-c", "{programs}/blocks 40 3; exit $?"], of_processes(1), status=3),
    Case("timeout", ["/usr/bin/timeout", "30", "{programs}/blocks", "40"], of_processes(1)),
    Case("env", ["/usr/bin/env", "A=1", "{programs}/blocks", "40"], of_processes(1)),
    Case("nice", ["/usr/bin/nice", "-n", "5", "{programs}/blocks", "40"], of_processes(1)),
    Case("make", ["/usr/bin/make", "-j4", "-f", "{sources}/jobs.mk", "PROGRAM={programs}/blocks"], of_processes(8)),
    Case("python_starts", [sys.executable, "-c", PYTHON_STARTS, "{programs}/blocks", "40"], of_processes(1)),
]
