#!/usr/bin/env python3
"""Runs CLI test scripts and compares what they do with golden files.

A case is NAME.sh beside NAME.stdout, NAME.stderr and NAME.exit; an absent file stands for nothing printed, or for
status 0. Each script runs in bash, in an empty folder of its own, with the binary first in PATH and a fixed
environment. With HEAPREEL_UPDATE_GOLDEN=1 (or --update) the files are rewritten instead: read the diff before you commit.
The invariant: a case without any golden file fails, and so does a folder without cases.
"""
import argparse
import difflib
import os
import pathlib
import subprocess
import sys
import tempfile

TIMEOUT_S = 60


def environment(args, home):
    here = pathlib.Path(__file__).resolve().parent
    env = {
        "PATH": f"{args.bin}:{here}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": home,
        "LC_ALL": "C.UTF-8",
        "TERM": "xterm-256color",
        "HEAPREEL_SOURCE": str(here.parent.parent),
    }
    for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"):
        if name in os.environ:
            env[name] = os.environ[name]
    return env


def run(script, args):
    """What the script did, as the texts of its golden files."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(["bash", str(script)], cwd=folder, env=environment(args, folder),
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT_S, check=False)
    text = {"stdout": done.stdout, "stderr": done.stderr}
    actual = {name: value.decode("utf-8", "backslashreplace") for name, value in text.items()}
    actual["exit"] = f"{done.returncode}\n"
    return actual


def golden_path(script, name):
    return script.with_suffix(f".{name}")


def default_of(name):
    return "0\n" if name == "exit" else ""


def read_golden(script, name):
    path = golden_path(script, name)
    return path.read_text("utf-8") if path.exists() else default_of(name)


def differences(script, actual):
    out = []
    for name, text in actual.items():
        expected = read_golden(script, name)
        if expected == text:
            continue
        out += difflib.unified_diff(expected.splitlines(True), text.splitlines(True),
                                    f"expected {script.stem}.{name}", f"actual {script.stem}.{name}")
    return "".join(line if line.endswith("\n") else line + "\n(no newline at the end)\n" for line in out)


def update(script, actual):
    for name, text in actual.items():
        path = golden_path(script, name)
        if text != default_of(name):
            path.write_text(text, "utf-8")
        elif path.exists():
            path.unlink()


def passes(script, args):
    try:
        actual = run(script, args)
    except subprocess.TimeoutExpired:
        print(f"FAIL {script.stem}: still running after {TIMEOUT_S} s")
        return False
    if args.update:
        update(script, actual)
        return True
    if not any(golden_path(script, name).exists() for name in actual):
        print(f"FAIL {script.stem}: has no golden files; HEAPREEL_UPDATE_GOLDEN=1 makes them")
        return False
    found = differences(script, actual)
    print(f"FAIL {script.stem}\n{found}" if found else f"ok   {script.stem}")
    return not found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", required=True, help="the folder of the binary under test")
    parser.add_argument("--update", action="store_true", default=os.environ.get("HEAPREEL_UPDATE_GOLDEN") == "1")
    parser.add_argument("folder", type=pathlib.Path)
    args = parser.parse_args()
    args.bin = pathlib.Path(args.bin).resolve()
    scripts = sorted(args.folder.glob("*.sh"))
    if not scripts:
        print(f"FAIL: no cases in {args.folder}")
        return 1
    results = [passes(script.resolve(), args) for script in scripts]
    print(f"{sum(results)} of {len(results)} cases passed")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
