#!/usr/bin/env python3
"""`./dev bench predict`: what a replay predicts of a program, held against the program itself.

Each program is recorded once under glibc with reference runs, predicted for every allocator, and then really run under
each of them, interleaved and shuffled. The table goes to the terminal, all else to --json. Exit status: 0 when all ran,
whatever the targets say; 1 when a run failed; 2 for a wrong command line.
"""
import argparse
import dataclasses
import json
import os
import pathlib
import platform
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

import judge
import programs
import table
import watch

ROOT = pathlib.Path(__file__).resolve().parents[3]
RECORDED = "glibc"
LIBRARIES = {"glibc": None, "jemalloc": "libjemalloc.so.2", "tcmalloc": "libtcmalloc_minimal.so.4",
             "mimalloc": "libmimalloc.so.2"}
REFERENCES = 3


@dataclasses.dataclass(frozen=True)
class Context:
    """What programs need to know."""
    build: pathlib.Path
    folder: pathlib.Path
    heapreel: pathlib.Path
    quick: bool
    timeout_s: int

    def scaled(self, count):
        return max(1, count // 10 if self.quick else count)


def arguments():
    parser = argparse.ArgumentParser(prog="./dev bench predict", description=__doc__.partition("\n\n")[0])
    parser.add_argument("--programs", help="only these, as in perl,redis")
    parser.add_argument("--allocators", default=",".join(LIBRARIES), help="only these: " + ",".join(LIBRARIES))
    parser.add_argument("--rounds", type=int, help="real runs under each allocator (5; with --quick 2)")
    parser.add_argument("--quick", action="store_true", help="a tenth of the work: does it run at all?")
    parser.add_argument("--without-prediction", action="store_true", help="the real runs alone")
    parser.add_argument("--predict-flags", default="", help="more options for heapreel predict, as one text")
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000, help="of the order in a round")
    parser.add_argument("--timeout", type=int, default=120, help="seconds a single run may take (120)")
    parser.add_argument("--keep", type=pathlib.Path, help="a folder for inputs and reels, which are not removed then")
    parser.add_argument("--json", type=pathlib.Path, default=ROOT / "build/bench/predict.json")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/release", help="the build folder")
    args = parser.parse_args()
    args.rounds = args.rounds or (2 if args.quick else 5)
    args.allocators = args.allocators.split(",")
    if unknown := set(args.allocators) - set(LIBRARIES):
        parser.error(f"unknown allocator '{sorted(unknown)[0]}'; there are: {', '.join(LIBRARIES)}")
    if RECORDED not in args.allocators:
        parser.error(f"'{RECORDED}' must be among the allocators: the programs are recorded under it")
    return parser, args


def library_path(name):
    """Where ld.so finds it; nothing if it does not."""
    listed = subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True, text=True, check=True, timeout=30).stdout
    return next((line.split()[-1] for line in listed.splitlines() if line.split()[:1] == [name]), None)


class Driving:
    """A server's clients, one after the other, for as many times as the program runs."""

    def __init__(self, program, context, times):
        self.failure = None
        self.thread = threading.Thread(target=self.drive, args=(program, context, times), daemon=True)
        self.thread.start()

    def drive(self, program, context, times):
        try:
            for _ in range(times):
                program.drive(context)
        except (OSError, watch.RunFailed) as error:
            self.failure = error

    def finish(self, timeout_s):
        self.thread.join(timeout_s)
        if self.failure is not None:
            raise watch.RunFailed(f"its client failed: {self.failure}")


def really_run(context, program, library):
    argv, env, stdin = program.command(context)
    watched = watch.Watched(argv, context.folder, program.preload(library), env, stdin)
    try:
        driving = Driving(program, context, 1) if program.server else None
        run = watched.finish(context.timeout_s)
        if driving:
            driving.finish(10)
        return run
    finally:
        watched.close()


def bounded(argv, context, env, stdin, timeout_s, statuses=(0,)):
    """Runs a command of ours in a session of its own, all of which is ended if it overruns."""
    with open(stdin or os.devnull, "rb") as source:
        process = subprocess.Popen([str(word) for word in argv], stdin=source, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE, text=True, cwd=context.folder, env=env,
                                   start_new_session=True)
    try:
        _, errors = process.communicate(timeout=timeout_s)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        process.communicate()
        raise watch.RunFailed(f"{argv[1]}: not over in {timeout_s} s") from None
    if process.returncode not in statuses:
        raise watch.RunFailed(f"{' '.join(map(str, argv))[:200]}: exit status {process.returncode}: {errors[-400:]}")
    return process.returncode


def record(context, program):
    argv, env, stdin = program.command(context)
    reel = context.folder / f"{program.name}.reel"
    command = [context.heapreel, "record", "--force", "--reference", str(REFERENCES), "-o", reel, "--", *argv]
    # Reference runs read /dev/null: a program that reads a file must be given it by a shell.
    if stdin:
        command[command.index("--") + 1:] = ["/bin/sh", "-c", 'exec "$0" "$@" < ' + str(stdin), *argv]
    driving = Driving(program, context, REFERENCES + 1) if program.server else None
    bounded(command, context, watch.environment(program.preload(None), env), None, 8 * context.timeout_s)
    if driving:
        driving.finish(10)
    return reel


def predict(context, reel, args):
    out = reel.with_suffix(".json")
    command = [context.heapreel, "predict", reel, "--allocators", ",".join(args.allocators), "--json", out, "--force",
               *args.predict_flags.split()]
    bounded(command, context, dict(os.environ), None, 10 * context.timeout_s, statuses=(0, 3))
    return json.loads(out.read_text("utf-8"))


def interleaved(context, program, libraries, args):
    """Rounds of all allocators, each in an order of its own. By allocator, in the order of the rounds."""
    runs, order, dice = {name: [] for name in args.allocators}, list(args.allocators), random.Random(args.seed)
    for _ in range(args.rounds):
        dice.shuffle(order)
        for name in order:
            runs[name].append(really_run(context, program, libraries[name]))
    return runs


def cells_of(program, runs, predicted):
    rows = {row["name"]: row["predicted"] or {} for row in (predicted or {}).get("allocators", [])}
    for name, list_of in runs.items():
        cell = judge.Cell(program.name, name, program.threaded, [r.peak_bytes for r in list_of],
                          [r.mean_bytes for r in list_of], [r.cpu_s for r in list_of])
        row = rows.get(name, {})
        if "rss_peak_bytes" in row:
            cell.peak_predicted, cell.mean_predicted = (row[key]["value"] for key in ("rss_peak_bytes", "rss_mean_bytes"))
            cell.peak_interval = tuple(row["rss_peak_bytes"]["interval"])
        if "cpu_s_delta" in row:
            cell.cpu_delta_predicted = row["cpu_s_delta"]["value"]
        yield cell


def measure(context, program, libraries, args):
    """The cells of one program, its prediction, and how long each part took."""
    said = lambda text: print(f"{program.name}: {text}", file=sys.stderr, flush=True)
    predicted = None
    program.prepare(context)
    if not args.without_prediction:
        begun = time.monotonic()
        reel = record(context, program)
        said(f"recorded in {time.monotonic() - begun:.1f} s, {reel.stat().st_size >> 10} KiB")
        begun = time.monotonic()
        predicted = predict(context, reel, args)
        said(f"predicted in {time.monotonic() - begun:.1f} s, self-check {predicted['selfcheck']['level']}")
    runs = interleaved(context, program, libraries, args)
    said(f"really run, {statistics.median(r.wall_s for r in runs[RECORDED]):.2f} s under {RECORDED}")
    return list(cells_of(program, runs, predicted)), predicted, runs


def machine():
    model = next((line.partition(":")[2].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), platform.machine())
    return {"cpu": model, "cpus": os.cpu_count(), "kernel": platform.release(), "libc": " ".join(platform.libc_ver()),
            "load_average": os.getloadavg()[0]}


def main():
    parser, args = arguments()
    folder = (args.keep or pathlib.Path(tempfile.mkdtemp(prefix="heapreel-predict."))).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    build = args.build.resolve()
    context = Context(build, folder, build / "bin/heapreel", args.quick, args.timeout)
    known = programs.all_programs(context)
    wanted = args.programs.split(",") if args.programs else [program.name for program in known]
    if unknown := set(wanted) - {program.name for program in known}:
        parser.error(f"unknown program '{sorted(unknown)[0]}'; there are: {', '.join(p.name for p in known)}")
    libraries = {name: LIBRARIES[name] and library_path(LIBRARIES[name]) for name in args.allocators}
    absent = {name: f"{LIBRARIES[name]} is not there" for name in args.allocators if LIBRARIES[name] and not libraries[name]}
    args.allocators = [name for name in args.allocators if name not in absent]
    host, cells, predictions, raw, failures = machine(), [], {}, {}, []
    try:
        for program in (program for program in known if program.name in wanted):
            if why := program.absence(context):
                absent[program.name] = why
                continue
            try:
                found, predictions[program.name], runs = measure(context, program, libraries, args)
                cells += found
                raw[program.name] = {name: [dataclasses.asdict(r) for r in list_of] for name, list_of in runs.items()}
            except (watch.RunFailed, OSError, subprocess.SubprocessError, KeyError, ValueError) as error:
                failures.append(f"{program.name}: {type(error).__name__}: {error}")
                print(failures[-1], file=sys.stderr, flush=True)
    finally:
        if not args.keep:
            shutil.rmtree(folder, ignore_errors=True)
    verdicts = judge.verdicts(cells, RECORDED)
    document = {"schema": "heapreel.bench.predict/1", "machine": host, "rounds": args.rounds, "seed": args.seed,
                "quick": args.quick, "absent": absent, "failures": failures, "cells": [dataclasses.asdict(c) for c in cells],
                "verdicts": [dataclasses.asdict(v) for v in verdicts], "predictions": predictions, "runs": raw}
    args.json.parent.mkdir(parents=True, exist_ok=True)
    args.json.write_text(json.dumps(document, indent=1) + "\n", "utf-8")
    head = f"heapreel predict: {args.rounds} real runs each, seed {args.seed}, {host['cpus']} CPUs of {host['cpu']}"
    print("\n".join(table.render(head, cells, predictions, verdicts, absent, failures, RECORDED, not args.quick)))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
