#!/usr/bin/env python3
"""Records the test programs and compares their reels with what the programs say they did.

  run_programs.py --bin DIR --programs DIR CASE...      run cases; all must pass
  run_programs.py ... --tamper WAY CASE                 a control: it holds, and with falsified events it does not
  run_programs.py --list                                names, and the tampers of each: "NAME WAY,WAY"
"""
import argparse
import pathlib
import sys
import tempfile

import cases_calls
import cases_confined
import cases_deaths
import cases_kept
import cases_processes
import cases_threads
from compare import Mismatch, require
from recording import record
from tamper import NAMES

CASES = {case.name: case for module in (cases_calls, cases_threads, cases_processes, cases_deaths, cases_confined,
                                           cases_kept)
         for case in module.CASES}


def filled(text, programs, folder):
    sources = pathlib.Path(__file__).resolve().parent
    for name, value in (("programs", programs), ("folder", folder), ("sources", sources)):
        text = text.replace(f"{{{name}}}", str(value))
    return text


def run_case(case, args):
    """Raises Mismatch when the case does not hold."""
    programs = args.programs.resolve()
    with tempfile.TemporaryDirectory(prefix="heapreel_program_") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o777)  # programs that drop their privileges go on writing their truth
        argv = [filled(word, programs, folder) for word in case.argv]
        if "/" not in argv[0]:
            argv[0] = str(programs / argv[0])
        env = {key: filled(value, programs, folder) for key, value in case.env.items()}
        heapreel = str(args.bin.resolve() / "heapreel")
        outcome = record(heapreel, argv, folder, env, case.flags, case.timeout)
        if case.status is not None:
            require(outcome.status == case.status,
                    f"status {outcome.status}, not {case.status}; stderr:\n{outcome.stderr}")
        case.check(outcome)
        if args.tamper:
            check_tampered(case, outcome, args.tamper)


def check_tampered(case, outcome, way):
    """The same recording, which has just passed, must fail when its events are falsified."""
    for reel in outcome.reels:
        reel.tampering = way
    try:
        case.check(outcome)
    except Mismatch as mismatch:
        print(f"{case.name}, {way}: noticed: {mismatch}")
        return
    raise Mismatch(f"a reel tampered with ({way}) passed")


def holds(case, args):
    try:
        run_case(case, args)
    except Mismatch as mismatch:
        print(f"{case.name}: {mismatch}")
        return False
    return True


def run_all(names, args):
    failed = [name for name in names if not holds(CASES[name], args)]
    print(f"{len(names) - len(failed)} of {len(names)} cases hold" + (f"; not: {' '.join(failed)}" if failed else ""))
    return 1 if failed else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, help="folder of heapreel")
    parser.add_argument("--programs", type=pathlib.Path, help="folder of the test programs")
    parser.add_argument("--tamper", choices=NAMES, help="falsify the events this way; the case must notice")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("cases", nargs="*", metavar="CASE")
    args = parser.parse_args()
    if args.list:
        print("\n".join(f"{case.name} {','.join(case.tampers)}".strip() for case in CASES.values()))
        return 0
    unknown = [name for name in args.cases if name not in CASES]
    if unknown or args.bin is None or args.programs is None or not args.bin.is_dir():
        parser.error(f"unknown cases: {unknown}" if unknown else "--bin and --programs are needed")
    return run_all(args.cases or list(CASES), args)


if __name__ == "__main__":
    sys.exit(main())
