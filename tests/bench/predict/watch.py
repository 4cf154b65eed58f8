"""Runs one program to its end and watches its memory from outside: RssAnon each 2 ms, as the recorder's own reference
runs do it, and its processor time from wait4.

Nothing of a run outlives it. A program that fails, overruns, or does not have the library that was to be preloaded
raises RunFailed.
"""
import contextlib
import dataclasses
import os
import pathlib
import select
import signal
import subprocess
import time

PERIOD_S = 0.002
PAGE = os.sysconf("SC_PAGE_SIZE")


class RunFailed(Exception):
    pass


@dataclasses.dataclass
class Run:
    wall_s: float
    user_s: float
    system_s: float
    minor_faults: int
    peak_bytes: int
    mean_bytes: float
    samples: int

    @property
    def cpu_s(self):
        return self.user_s + self.system_s


def rss_anon_bytes(statm):
    """Resident pages that belong to no file, from the open file /proc/PID/statm; 0 of a process that has ended."""
    try:
        fields = os.pread(statm, 100, 0).split()
        return (int(fields[1]) - int(fields[2])) * PAGE if len(fields) > 2 else 0
    except ProcessLookupError:
        return 0


class Area:
    """Peak, and mean over time: each sample stands until the next."""

    def __init__(self):
        self.peak, self.area, self.begun, self.last, self.value, self.samples = 0, 0.0, None, None, 0, 0

    def add(self, now, value):
        if self.last is None:
            self.begun = now
        else:
            self.area += self.value * (now - self.last)
        self.last, self.value = now, value
        self.peak = max(self.peak, value)
        self.samples += 1

    def mean(self):
        return self.area / (self.last - self.begun) if self.last and self.last > self.begun else float(self.value)


def environment(preload, extra):
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "TMPDIR")}
    return {**kept, "LC_ALL": "C", **extra, **({"LD_PRELOAD": preload} if preload else {})}


class Watched:
    """A program that was started; its output goes to a file in `folder`."""

    def __init__(self, argv, folder, preload=None, env=None, stdin=None):
        self.argv, self.preload, self.log = [str(word) for word in argv], preload, pathlib.Path(folder) / "log"
        with open(stdin or os.devnull, "rb") as source, open(self.log, "wb") as log:
            self.process = subprocess.Popen(self.argv, stdin=source, stdout=subprocess.DEVNULL, stderr=log, cwd=folder,
                                            env=environment(preload, env or {}), start_new_session=True)
        self.begun, self.area, self.seen = time.monotonic(), Area(), preload is None
        self.pidfd = os.pidfd_open(self.process.pid)
        self.statm = os.open(f"/proc/{self.process.pid}/statm", os.O_RDONLY)
        self.poll = select.poll()
        self.poll.register(self.pidfd, select.POLLIN)

    def failure(self, why):
        tail = self.log.read_text("utf-8", "replace").strip()[-300:]
        return RunFailed(f"{' '.join(self.argv)[:200]}: {why}: {tail}")

    def check_library(self):
        """That what was to be preloaded is mapped: ld.so only warns of what it cannot find."""
        if not self.seen and self.area.samples > 5:
            maps = pathlib.Path(f"/proc/{self.process.pid}/maps").read_text("utf-8", "replace")
            self.seen = os.path.basename(os.path.realpath(self.preload)) in maps

    def watch(self, until):
        """Samples until the program ends (then True) or the time has come."""
        due = time.monotonic()
        while True:
            now = time.monotonic()
            if value := rss_anon_bytes(self.statm):
                self.area.add(now, value)
            with contextlib.suppress(OSError):
                self.check_library()
            due = max(due + PERIOD_S, now)
            if self.poll.poll(max(0.0, due - time.monotonic()) * 1000):
                return True
            if now > until:
                return False

    def finish(self, timeout_s):
        if not self.watch(self.begun + timeout_s):
            raise self.failure(f"not over in {timeout_s} s")
        wall_s = time.monotonic() - self.begun
        _, status, usage = os.wait4(self.process.pid, 0)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        if self.process.returncode != 0:
            raise self.failure(f"exit status {self.process.returncode}")
        if not self.seen:
            raise self.failure(f"{self.preload} was not loaded")
        return Run(wall_s, usage.ru_utime, usage.ru_stime, usage.ru_minflt, self.area.peak, self.area.mean(),
                   self.area.samples)

    def close(self):
        if self.process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(timeout=10)
        for descriptor in (self.pidfd, self.statm):
            os.close(descriptor)


def run(argv, folder, timeout_s, preload=None, env=None, stdin=None):
    watched = Watched(argv, folder, preload, env, stdin)
    try:
        return watched.finish(timeout_s)
    finally:
        watched.close()
