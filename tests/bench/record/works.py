"""The works of the benchmark: what is run, and which figures it gives. Servers are in servers.py.

A work's run(context, peer) returns measures of one run: wall_ns and cpu_ns are of the whole command, with the collector
and all it started; own_* is what the program itself says. `events` is what the recorder says it recorded, and micro's
own count where there is one.
"""
import json
import shlex
import shutil
import subprocess
import sys

import inputs
import process
from rounds import Bound, Figure

ALL = ("none", "heapreel", "heaptrack-raw", "heaptrack", "lttng")
# heaptrack as shipped takes minutes for some works: one lock for all threads, and it reads all debug information.
WITHOUT_HEAPTRACK = ("none", "heapreel", "heaptrack-raw", "lttng")
MIB = 1 << 20

LOST = Figure("events lost", "lost", "plain", {"heapreel": Bound(0)})


def recorded_run(context, peer, argv, env=None, stdin=None):
    """Runs the command under the peer; its cost, and what was recorded."""
    command, extra = peer.command(argv)
    with peer.recording() as recorded:
        service_ns = peer.service_cpu_ns()
        ran = process.run(command, context.folder, {**(env or {}), **extra}, context.timeout_s, context.services, stdin)
        service_ns = peer.service_cpu_ns() - service_ns
    measures = {"wall_ns": ran.wall_ns, "cpu_ns": ran.cpu_ns + service_ns, **recorded}
    return {**measures, **bytes_per_event(measures)}


def bytes_per_event(measures):
    known = "bytes" in measures and measures.get("events")
    return {"bytes_per_event": measures["bytes"] / measures["events"]} if known else {}


class Micro:
    """micro_malloc with some flags."""

    def __init__(self, name, row, peers, figures, flags, events):
        self.name, self.row, self.peers, self.figures = name, row, peers, figures
        self.flags, self.events = flags, events

    def run(self, context, peer):
        report = context.folder / "micro.json"
        flags = [*self.flags, "--events", str(context.scaled(self.events)), "--json", str(report)]
        measures = recorded_run(context, peer, [context.program("micro_malloc"), *flags])
        own = json.loads(report.read_text())
        report.unlink()
        if peer.name.startswith("heapreel"):
            self.judge(measures, own)
        measures.update({f"own_{key}": value for key, value in own.items()}, events=own["events"])
        return {**measures, **bytes_per_event(measures)}


    def judge(self, measures, own):
        """What would make heapreel look quick, and is a fault."""
        kept, lost, made = measures["events"], measures["lost"], own["events"]
        if kept + lost < made:
            raise process.RunFailed(f"{kept} events recorded and {lost} lost of {made}")
        if self.name == "micro" and not own["single_threaded"]:
            raise process.RunFailed("the recorder made the program multithreaded")


class Program:
    """A real program that runs to its end; make(context) gives its argv, environment and standard input."""

    def __init__(self, name, peers, wall, bytes_target, make):
        self.name, self.row, self.peers, self.make = name, "programs", peers, make
        self.figures = (Figure("wall", "wall_ns", "ratio", {"heapreel": Bound(wall)}),
                        Figure("CPU of all processes", "cpu_ns", "ratio"),
                        Figure("bytes/event on disk", "bytes_per_event", "plain", {"heapreel": Bound(bytes_target)}),
                        LOST)

    def run(self, context, peer):
        argv, env, stdin = self.make(context)
        return recorded_run(context, peer, argv, env, stdin)


class StartUp:
    """/bin/true, many times."""
    name = row = "startup"
    peers = ("none", "shim-inert", "shim-env", "heapreel", "heaptrack-raw", "heaptrack", "lttng")
    figures = (Figure("added wall of a run, ms (median of a loop)", "median_ns", "added",
                      {"heapreel": Bound(5), "shim-inert": Bound(0.3)}, 1e6),
               Figure("added wall of a run, ms (smallest of a loop)", "smallest_ns", "added", {}, 1e6))

    def run(self, context, peer):
        command, env = peer.command(["/bin/true"])
        variables = [f"{name}={value}" for name, value in env.items()]
        runs = 20 if context.quick or peer.name in ("heaptrack", "lttng") else 200
        with peer.recording():
            ran = process.run([context.program("spawn_loop"), str(runs), *variables, "--", *command], context.folder,
                              None, context.timeout_s, context.services)
        return json.loads(ran.stdout.splitlines()[-1])


def added_cpu(title, target):
    return Figure(title, "own_thread_cpu_ns", "added", {"heapreel": Bound(target)}, per="own_events")


def micro_works():
    total = Figure("added CPU of all processes, ns/event", "cpu_ns", "added", {"heapreel": Bound(35)}, per="own_events")
    wall = Figure("wall of the whole command", "wall_ns", "ratio")
    size = Figure("bytes/event on disk", "bytes_per_event", "plain")
    yield Micro("micro", "micro", ALL, (added_cpu("added thread CPU, ns/event", 6), total, wall, size, LOST), [], 20e6)
    yield Micro("micro-mt", "micro", WITHOUT_HEAPTRACK,
                (added_cpu("added thread CPU, ns/event, once multithreaded", 10), total, wall, LOST),
                ["--multithreaded"], 20e6)
    yield Micro("threads", "threads", WITHOUT_HEAPTRACK,
                (Figure("wall of the whole command", "wall_ns", "ratio", {"heapreel": Bound(2.6)}),
                 Figure("wall of the program's own loop", "own_wall_ns", "ratio"),
                 added_cpu("added thread CPU, ns/event", 10), LOST), ["--threads", "4"], 20e6)


def memory_works():
    """A single thread flat out, and many threads that all live at the end."""
    for threads in (1, 100, 1000):
        allowed_mib = 4 + threads * 16 / 1024
        figures = (Figure(f"extra peak memory, MiB ({threads} threads)", "own_hwm_kib", "added",
                          {"heapreel": Bound(allowed_mib)}, 1024),
                   Figure("of it anonymous, MiB", "own_anon_kib", "added", {}, 1024),
                   Figure("of it shared, MiB", "own_shmem_kib", "added", {}, 1024))
        live, events = (10_000, 20e6) if threads == 1 else (10, 4000 * threads)
        yield Micro(f"memory-{threads}", "memory", WITHOUT_HEAPTRACK, figures,
                    ["--threads", str(threads), "--live", str(live)], events)


def stack_works():
    """Over the same recorder without stacks, per malloc; heaptrack has no such mode, so that it is over no recorder."""
    bases = {"heapreel-fp": "heapreel", "heapreel-unwind": "heapreel"}
    for depth, walk_ns, unwind_ns in ((10, 16, 105), (25, 48, 215)):
        targets = {"heapreel-fp": Bound(walk_ns), "heapreel-unwind": Bound(unwind_ns)}
        figure = Figure(f"stacks at depth {depth}, added thread CPU, ns/malloc", "own_thread_cpu_ns", "added", targets,
                        per="own_mallocs", bases=bases)
        yield Stacks(f"stacks-{depth}", "stacks", ("none", "heapreel", *bases, "heaptrack-raw"), (figure, LOST),
                     ["--depth", str(depth)], 8e6)


class Stacks(Micro):
    def run(self, context, peer):
        measures = super().run(context, peer)
        return {**measures, "own_mallocs": measures["own_events"] / 2}


def python_program(context):
    return [sys.executable, "-S", inputs.python_script(context)], {"PYTHONMALLOC": "malloc"}, None


def sqlite_program(context):
    return ["sqlite3", ":memory:"], {}, inputs.sql_script(context)


def compiler_command(source, output):
    """cc1plus as g++ would run it: the driver is not what is measured."""
    told = subprocess.run(["g++", "-###", "-S", source, "-o", output], capture_output=True, text=True, check=True,
                          env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"})
    line = next(line for line in told.stderr.splitlines() if "/cc1plus" in line)
    return shlex.split(line)


def compiler_program(context):
    return compiler_command(inputs.cpp_source(context), context.folder / "compiled.s"), {}, None


def program_works():
    yield Program("python", ALL, 1.05, 0.7, python_program)
    if shutil.which("sqlite3"):
        yield Program("sqlite", ALL, 1.10, 0.5, sqlite_program)
    if shutil.which("g++"):
        yield Program("cc1plus", WITHOUT_HEAPTRACK, 1.03, 1.6, compiler_program)
