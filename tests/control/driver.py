"""What the tests of recordings from outside share: the tool, programs to record, and how cases are run."""
import argparse
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

PYTHON = "/usr/bin/python3"  # the program itself, not a wrapper that runs a chain of others
PATIENCE = 30


def require(holds, what):
    if not holds:
        raise AssertionError(what)


class Heapreel:
    def __init__(self, folder, work):
        self.binary = str(folder / "heapreel")
        self.library = str(folder.parent / "lib" / "heapreel" / "libheapreel.so")
        self.work = work

    def run(self, *words, status=0):
        done = subprocess.run([self.binary, *map(str, words)], capture_output=True, text=True, check=False, timeout=60,
                              cwd=self.work)
        require(status is None or done.returncode == status,
                f"{words}: {done.returncode}, not {status}\n{done.stdout}{done.stderr}")
        return done

    def info(self, reel):
        return json.loads(self.run("info", "--json", reel).stdout)

    def start(self, *words, **more):
        return subprocess.Popen([self.binary, *map(str, words)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, cwd=self.work, **more)

    def environment(self, output):
        return {**os.environ, "LD_PRELOAD": self.library, "HEAPREEL_OUT": str(output),
                "HEAPREEL_COLLECTOR": self.binary, "PYTHONMALLOC": "malloc"}


def wait_for(condition, what):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.02)
    raise AssertionError(f"not after {PATIENCE} s: {what}")


def blocks(count):
    return f"x = [bytearray(i % 3000) for i in range({count})]"


def waiting_python(count=1000):
    """Allocates, says so, waits for a line, allocates again."""
    return [PYTHON, "-c", f"{blocks(count)}\nprint('ready', flush=True)\ninput()\n{blocks(count)}"]


def run_cases(description, cases):
    """Runs the cases that the command line names, or all, each in a folder of its own. The exit status."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, required=True)
    parser.add_argument("cases", nargs="*", choices=[[], *(case.__name__ for case in cases)])
    args = parser.parse_args()
    failed = 0
    for case in cases:
        if args.cases and case.__name__ not in args.cases:
            continue
        work = pathlib.Path(tempfile.mkdtemp(prefix="heapreel_control_"))
        try:
            case(Heapreel(args.bin.resolve(), work))
            print(f"{case.__name__}: holds")
        except (AssertionError, subprocess.TimeoutExpired) as fault:
            print(f"{case.__name__}: {fault}")
            failed += 1
        finally:
            shutil.rmtree(work, ignore_errors=True)
    return 1 if failed else 0
