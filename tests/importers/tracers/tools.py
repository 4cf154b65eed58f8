"""The real tools: how each traces a program, and what of the program's calls it can tell.

`seen` turns what a program says it did (tests/programs/truth.h) into what the tool's trace should say of it.
"""
import dataclasses
import os
import pathlib
import shutil
import subprocess
import typing

from truth import FAILED, MOVED, NO_RESULT, NULL_OLD, REALLOCS

FUNCTIONS = "malloc calloc realloc reallocarray memalign aligned_alloc posix_memalign valloc pvalloc free".split()
PAGE = os.sysconf("SC_PAGESIZE")
LIBC = "/lib/x86_64-linux-gnu/libc.so.6"
SCRIPTS = pathlib.Path(__file__).resolve().parents[3] / "tools/importers/tracers/scripts"


class Missing(Exception):
    """This machine cannot run the tool."""


class Broken(Exception):
    """The tool is here and works, and yet it failed."""


@dataclasses.dataclass
class Job:
    argv: list
    folder: pathlib.Path
    env: dict
    parts: pathlib.Path  # folder of mtrace_start.so

    def run(self, *command, **env):
        done = subprocess.run([str(word) for word in command], cwd=self.folder, env={**self.env, **env}, timeout=120,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Broken(f"{command[0]}: status {done.returncode}: {done.stderr.strip()[-300:]}")
        return done.stdout

    def need(self, *trial):
        """The tool must be installed, and allowed to do what it does: as here, to `true`."""
        if shutil.which(trial[0]) is None:
            raise Missing(f"{trial[0]} is not installed")
        try:
            self.run(*trial)
        except Broken as broken:
            raise Missing(str(broken)) from broken


def trace_mtrace(job):
    trace = job.folder / "trace.mtrace"
    job.run(*job.argv, MALLOC_TRACE=str(trace), LD_PRELOAD=f"libc_malloc_debug.so.0:{job.parts / 'mtrace_start.so'}")
    return trace


def trace_heaptrack(job):
    job.need("heaptrack", "--raw", "-o", job.folder / "trial", shutil.which("true"))
    job.run("heaptrack", "--raw", "-o", job.folder / "trace", *job.argv)
    return next(job.folder.glob("trace.raw*"))


def trace_ltrace(job):
    job.need("ltrace", "-o", job.folder / "trial", "true")
    trace = job.folder / "trace.ltrace"
    for _ in range(8):  # of many threads, ltrace 0.7.3 loses one now and then, and says so
        pathlib.Path(job.env["PROBE_OUT"]).unlink(missing_ok=True)
        job.run("ltrace", "-f", "-ttt", "-T", "-F", SCRIPTS / "ltrace_malloc.conf", "-F", "/etc/ltrace.conf",
                "-o", trace, "-e", "*alloc*+*memalign+free*", *job.argv)
        if "unexpected breakpoint" not in trace.read_text(encoding="utf-8"):
            return trace
    raise Missing("ltrace stumbled each time")


def trace_bpftrace(job):
    job.need("bpftrace", "-e", "uprobe:libc:malloc { exit(); } BEGIN { exit(); }")
    trace = job.folder / "trace.bpftrace"
    job.run("bpftrace", "-o", trace, "-c", " ".join(map(str, job.argv)), SCRIPTS / "malloc.bt")
    return trace


def probes(group):
    """perf's probes: of each function its arguments, and what it returns."""
    registers = {"free": ["di"], "posix_memalign": ["di", "si", "dx"], "reallocarray": ["di", "si", "dx"],
                 "malloc": ["di"], "valloc": ["di"], "pvalloc": ["di"]}
    internal = {"malloc", "calloc", "realloc", "free", "memalign", "valloc", "pvalloc"}
    for function in FUNCTIONS:
        if function == "aligned_alloc":
            continue  # before glibc 2.38 it is memalign under another name
        symbol = f"__libc_{function}" if function in internal else function
        values = " ".join(f"{name}=%{name}:x64" for name in registers.get(function, ["di", "si"]))
        yield f"{group}:{function}={symbol} {values}"
        if function != "free":
            yield f"{group}:{function}={symbol}%return ret=$retval:x64"  # perf adds __return to the name


def trace_perf(job):
    group, trace = f"heapreel_{os.getpid()}", job.folder / "trace.perf"
    job.need("perf", "probe", "-q", "-x", LIBC, "--dry-run", "--add", f"{group}:trial=malloc")
    try:
        for probe in probes(group):
            job.run("perf", "probe", "-q", "-x", LIBC, "--add", probe)
        job.run("perf", "record", "-q", "-e", f"{group}:*", "-o", job.folder / "perf.data", *job.argv)
        trace.write_text(job.run("perf", "script", "-i", job.folder / "perf.data", "-F", "comm,pid,tid,time,event,trace",
                                 "--ns"), encoding="utf-8")
    finally:
        subprocess.run(["perf", "probe", "-q", "-d", f"{group}:*"], capture_output=True, check=False)
    return trace


def calls(rows):
    return [row for row in rows if row.kind != "usable_size"]


def as_malloc(row):
    return dataclasses.replace(row, kind="malloc", align=0, flags=row.flags & FAILED)


def as_free(row):
    return dataclasses.replace(row, kind="free", size=0, flags=0, object=row.old_object, token=row.old_token)


def seen_by_mtrace(rows):
    for row in calls(rows):
        if row.kind == "pvalloc":  # "whole" pages, rounded with a mask that is off by one (glibc 2.36)
            yield dataclasses.replace(as_malloc(row), size=(row.size + PAGE - 1) & -(PAGE - 1))
        elif row.kind not in REALLOCS:
            yield row if row.ends else as_malloc(row)
        elif row.flags & NO_RESULT:
            yield as_free(row)
        elif row.flags & NULL_OLD and not row.flags & FAILED:
            yield as_malloc(row)
        else:
            yield dataclasses.replace(row, kind="realloc", flags=row.flags & (FAILED | MOVED | NULL_OLD))


def without(rows, *kinds):
    """Leaves out blocks that the tool does not see born; their frees are the reel's unknown ones."""
    hidden = {row.token for row in rows if row.kind in kinds} - {0}
    return [row for row in rows if row.token not in hidden]


def seen_by_heaptrack(rows):
    for row in without(calls(rows), "memalign", "pvalloc"):
        if row.flags & (FAILED | NO_RESULT):
            continue
        if row.kind in REALLOCS and not row.flags & NULL_OLD:
            yield as_free(row)
        yield row if row.ends else as_malloc(row)


def seen_by_ltrace(rows):
    return calls(rows)


def seen_by_bpftrace(rows):
    for row in calls(rows):
        yield dataclasses.replace(row, kind="memalign") if row.kind == "aligned_alloc" else row


def seen_by_perf(rows):
    """What posix_memalign gave, no probe tells."""
    return seen_by_bpftrace(without(rows, "posix_memalign"))


@dataclasses.dataclass
class Tool:
    name: str  # of --from, too
    trace: typing.Callable
    seen: typing.Callable


TOOLS = {tool.name: tool for tool in (
    Tool("mtrace", trace_mtrace, seen_by_mtrace),
    Tool("heaptrack", trace_heaptrack, seen_by_heaptrack),
    Tool("ltrace", trace_ltrace, seen_by_ltrace),
    Tool("bpftrace", trace_bpftrace, seen_by_bpftrace),
    Tool("perf", trace_perf, seen_by_perf),
)}
