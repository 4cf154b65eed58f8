"""Runs one command to its end and says what it cost: wall time, and the CPU time of all it started.

A run is bounded by a timeout, and nothing of it outlives it: we are the reaper of orphans (PR_SET_CHILD_SUBREAPER), so
that a collector that left its parent is waited for, too, and its CPU time counted. Services that belong to a peer are
named in `keep` and left alone. A run that fails or overruns raises RunFailed with the end of what it printed.
"""
import contextlib
import ctypes
import dataclasses
import os
import pathlib
import select
import signal
import subprocess
import time

PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h
ORPHANS_TIMEOUT_S = 10


class RunFailed(Exception):
    pass


@dataclasses.dataclass
class Ran:
    wall_ns: int
    cpu_ns: int
    stdout: str


def adopt_orphans():
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def children():
    """Our children, zombies too. Not /proc/self/task/*/children: kernels without checkpoint/restore lack it."""
    found = []
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text("utf-8", "replace").rpartition(")")[2].split()
            if int(fields[1]) == os.getpid():
                found.append(int(stat.parent.name))
    return found


def cpu_ns_of(usage):
    return round((usage.ru_utime + usage.ru_stime) * 1e9)


def ended(pid, timeout_s):
    """Whether the process ends in time; it stays to be waited for."""
    watch = os.pidfd_open(pid)
    try:
        poll = select.poll()
        poll.register(watch, select.POLLIN)
        return bool(poll.poll(max(0, timeout_s) * 1000))
    finally:
        os.close(watch)


def reap(pid, timeout_s):
    """Its status and CPU time; killed first if it does not end in time."""
    in_time = ended(pid, timeout_s)
    if not in_time:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    _, status, usage = os.wait4(pid, 0)
    return in_time, os.waitstatus_to_exitcode(status), cpu_ns_of(usage)


def reap_orphans(keep=()):
    """The CPU time of what the command left behind; what does not end by itself is killed, and that is a failure."""
    cpu_ns, deadline, late = 0, time.monotonic() + ORPHANS_TIMEOUT_S, []
    while orphans := [pid for pid in children() if pid not in keep]:
        for pid in orphans:
            in_time, _, used_ns = reap(pid, deadline - time.monotonic())
            cpu_ns += used_ns
            if not in_time:
                late.append(pid)
    if late:
        raise RunFailed(f"{len(late)} processes that the command left behind did not end in {ORPHANS_TIMEOUT_S} s")
    return cpu_ns


def tail(path):
    return path.read_text("utf-8", "replace").strip()[-300:]


class Running:
    """A command that was started; finish() or kill() it. Its output goes to files in `folder`."""

    def __init__(self, argv, env, folder, stdin=None):
        self.argv, self.out, self.err = argv, folder / "stdout", folder / "stderr"
        with open(stdin or os.devnull, "rb") as source, open(self.out, "wb") as out, open(self.err, "wb") as err:
            self.start_ns = time.monotonic_ns()
            self.process = subprocess.Popen(argv, stdin=source, stdout=out, stderr=err, cwd=folder,
                                            env={**os.environ, **env}, start_new_session=True)

    def failure(self, why):
        return RunFailed(f"{' '.join(map(str, self.argv))[:200]}: {why}: {tail(self.err) or tail(self.out)}")

    def finish(self, timeout_s, keep=(), expect=(0,)):
        in_time = ended(self.process.pid, timeout_s)
        wall_ns = time.monotonic_ns() - self.start_ns
        if not in_time:
            self.kill(keep)
            raise self.failure(f"not over in {timeout_s} s")
        _, self.process.returncode, cpu_ns = reap(self.process.pid, 0)
        cpu_ns += reap_orphans(keep)
        if self.process.returncode not in expect:
            raise self.failure(f"exit status {self.process.returncode}")
        return Ran(wall_ns, cpu_ns, self.out.read_text("utf-8", "replace"))

    def kill(self, keep=()):
        """Ends it and its descendants, if it still runs."""
        if self.process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        _, self.process.returncode, _ = reap(self.process.pid, 0)
        with contextlib.suppress(RunFailed):
            reap_orphans(keep)


def run(argv, folder, env=None, timeout_s=120, keep=(), stdin=None):
    running = Running(argv, env or {}, folder, stdin)
    try:
        return running.finish(timeout_s, keep)
    finally:
        running.kill(keep)
