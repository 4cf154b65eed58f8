#!/usr/bin/env python3
"""`./dev bench record`: what recording costs, beside its peers and its targets.

Interleaved rounds of no recorder, heapreel, heaptrack and LTTng-UST where they are installed. Each work of each round
is printed with the cross-core round trip at which it was measured. The table goes to the terminal, all else to --json.
Exit status: 0 when all ran, whatever the targets say; 1 when a run failed; 2 for a wrong command line;
128 + n when signal n ended it, with the table of what was measured till then.
"""
import argparse
import dataclasses
import json
import os
import pathlib
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import peers
import process
import rounds
import servers
import table
import works

ROOT = pathlib.Path(__file__).resolve().parents[3]


@dataclasses.dataclass
class Context:
    """What works and peers need to know."""
    build: pathlib.Path
    folder: pathlib.Path
    heapreel: pathlib.Path
    shim: str
    quick: bool
    timeout_s: int
    record_flags: list
    services: tuple = ()

    def program(self, name):
        return str(self.build / "bench" / name)

    def scaled(self, count):
        return int(count / 10 if self.quick else count)


def all_works():
    return [*works.micro_works(), *works.program_works(), *servers.server_works(), *works.memory_works(),
            works.StartUp(), *works.stack_works()]


def arguments():
    parser = argparse.ArgumentParser(prog="./dev bench record", description=__doc__.partition("\n\n")[0])
    names = sorted({work.row for work in all_works()} | {work.name for work in all_works()})
    parser.add_argument("--rounds", type=int, help="how often everything is measured (7; with --quick 1)")
    parser.add_argument("--rows", help="only these works or groups of works: " + ",".join(names))
    parser.add_argument("--peers", help="only these: " + ",".join(peers.NAMES))
    parser.add_argument("--quick", action="store_true", help="a tenth of the work: does it run at all?")
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000, help="of the order in a round")
    parser.add_argument("--cpus", help="the CPUs to run on, as in 0,1 (the first two that are allowed)")
    parser.add_argument("--timeout", type=int, default=120, help="seconds a single run may take (120)")
    parser.add_argument("--output-dir", type=pathlib.Path, help="where recordings go (build/bench/tmp)")
    parser.add_argument("--record-flags", default="", help="more options for heapreel record, as one text")
    parser.add_argument("--json", type=pathlib.Path, default=ROOT / "build/bench/record.json")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/release", help="the build folder")
    parser.add_argument("--heapreel", type=pathlib.Path, help="another heapreel binary")
    args = parser.parse_args()
    args.rounds = args.rounds or (1 if args.quick else 7)
    args.works = chosen(parser, args.rows, all_works())
    args.peer_names = (args.peers or ",".join(peers.NAMES)).split(",")
    if unknown := set(args.peer_names) - set(peers.NAMES):
        parser.error(f"unknown peer '{sorted(unknown)[0]}'; there are: {', '.join(peers.NAMES)}")
    return args


def chosen(parser, rows, known):
    wanted = rows.split(",") if rows else [work.name for work in known]
    for name in wanted:
        if not any(name in (work.name, work.row) for work in known):
            parser.error(f"unknown row '{name}'; there are: {', '.join(work.name for work in known)}")
    return [work for work in known if work.name in wanted or work.row in wanted]


def pin(cpus):
    """Two CPUs: the figures' targets are meant for that, and a larger machine would hide the collector."""
    allowed = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, [int(cpu) for cpu in cpus.split(",")] if cpus else allowed[:2])
    return sorted(os.sched_getaffinity(0))


def cross_core_ns(context):
    done = subprocess.run([context.program("cross_core")], capture_output=True, text=True, check=True, timeout=60)
    return float(done.stdout) if done.stdout.strip() else None


def measure(context, work, order, present, number):
    """One work of one round: a sample of each peer, all of one phase."""
    samples, before_ns = [], cross_core_ns(context)
    for name in order:
        try:
            samples.append(rounds.Sample(number, work.name, name, work.run(context, present[name])))
        except (process.RunFailed, OSError, subprocess.SubprocessError, KeyError, ValueError) as error:
            samples.append(rounds.Sample(number, work.name, name, {}, f"{type(error).__name__}: {error}"))
    after_ns = cross_core_ns(context)
    phase = rounds.phase_of(before_ns, after_ns)
    for sample in samples:
        sample.phase = phase
        sample.measures["cross_core_ns"] = [before_ns, after_ns]
    failed = [sample.peer for sample in samples if sample.failure]
    trip = "one CPU" if before_ns is None else f"cross-core {before_ns:.0f} and {after_ns:.0f} ns: {phase}"
    print(f"round {number + 1}: {work.name}: {trip}{'; failed: ' + ', '.join(failed) if failed else ''}",
          file=sys.stderr, flush=True)
    return samples


def open_peers(context, wanted, present, absent):
    """Fills in the peers that can be used, and why the others cannot."""
    for kind in peers.PEERS:
        if kind.name not in wanted:
            continue
        peer = kind(context)
        why = peer.absence()
        if why is None:
            try:
                present[peer.name] = peer
                peer.open()
                context.services += tuple(peer.services)
            except process.RunFailed as error:
                peer.close()
                del present[peer.name]
                why = str(error)
        if why is not None:
            absent[peer.name] = why


def machine(cpus):
    model = next((line.partition(":")[2].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), platform.machine())
    return {"cpu": model, "cpus": cpus, "kernel": platform.release(), "libc": " ".join(platform.libc_ver()),
            "load_average": os.getloadavg()[0]}


def document(args, host, absent, samples, summaries):
    """What --json holds: figures, and every run."""
    figures = [{**dataclasses.asdict(s), "target": s.target and s.target.text(), "met": s.met()} for s in summaries]
    return {"schema": "heapreel.bench.record/1", "machine": host, "rounds": args.rounds, "seed": args.seed,
            "quick": args.quick, "absent": absent, "figures": figures, "runs": [dataclasses.asdict(s) for s in samples]}


def measure_all(context, args):
    """All samples, why peers are absent, and the exit status: what was measured before a signal is kept, too."""
    samples, absent, present, status = [], {}, {}, 0
    try:
        open_peers(context, args.peer_names, present, absent)
        for work in args.works:
            work.peers = [name for name in work.peers if name in present]
        for number, work, order in rounds.schedule(args.works, args.rounds, args.seed):
            samples += measure(context, work, order, present, number)
        status = 1 if any(sample.failure for sample in samples) else 0
    except Stopped as stopped:
        status = stopped.args[0]
    finally:
        for peer in present.values():
            peer.close()
    return samples, absent, status


class Stopped(BaseException):
    """By a signal; no run's failure. Servers and sessions are ended on the way out."""


def stop(number, _):
    raise Stopped(128 + number)


def main():
    args = arguments()
    process.adopt_orphans()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    base = args.output_dir or args.build.parent / "bench/tmp"
    base.mkdir(parents=True, exist_ok=True)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="record.", dir=base)).resolve()
    binary = (args.heapreel or args.build / "bin/heapreel").resolve()
    shim = next(map(str, sorted(args.build.resolve().rglob("libheapreel.so"))), None)
    context = Context(args.build.resolve(), folder, binary, shim, args.quick, args.timeout, args.record_flags.split())
    host = machine(pin(args.cpus))
    try:
        samples, absent, status = measure_all(context, args)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    summaries = list(rounds.summaries(args.works, samples))
    args.json.parent.mkdir(parents=True, exist_ok=True)
    args.json.write_text(json.dumps(document(args, host, absent, samples, summaries), indent=1) + "\n", "utf-8")
    failures = [f"round {s.round + 1}: {s.work}: {s.peer}: {s.failure}" for s in samples if s.failure]
    head = [f"heapreel record: {args.rounds} rounds, seed {args.seed}, CPUs {host['cpus']} of {host['cpu']}",
            "each figure: median [quartiles] of pairs with no recorder (or the named base) of the same round",
            f"works by phase: {table.phase_counts(samples)}; load average at the start {host['load_average']:.1f}"]
    print("\n".join(table.render(args.works, summaries, absent, failures, not args.quick, head)))
    return status


if __name__ == "__main__":
    sys.exit(main())
