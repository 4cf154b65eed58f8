#!/usr/bin/env python3
"""Recordings that are started by the environment, asked, paused, starved of disk, or robbed of their collector.

  test_control.py --bin DIR CASE...      run cases (all, if none is named)
"""
import argparse
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
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


def environment_start(heapreel):
    """Reels come into being without a launcher, and the program sees neither a child nor a SIGCHLD."""
    output = heapreel.work / "env.reel"
    program = ("import os, signal\nassert signal.SIGCHLD not in signal.sigpending()\n"
               "try:\n  os.waitpid(-1, 0)\n  raise SystemExit('a child')\nexcept ChildProcessError:\n  pass\n"
               + blocks(5000))
    done = subprocess.run([PYTHON, "-c", program], env=heapreel.environment(output), capture_output=True, text=True,
                          check=False, timeout=60)
    require(done.returncode == 0 and done.stderr == "", f"the program failed: {done.stderr}")
    wait_for(output.exists, "the reel of the program")
    info = heapreel.info(output)
    require(info["complete"], f"the reel is not complete: {info}")
    heapreel.run("check", output)


def environment_killed(heapreel):
    """A program that is killed leaves a reel that says it did not finish."""
    output = heapreel.work / "killed.%p.reel"
    with subprocess.Popen(waiting_python(), env=heapreel.environment(output), stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as program:
        require(program.stdout.readline() == b"ready\n", "the program did not begin")
        program.kill()
    reel = heapreel.work / f"killed.{program.pid}.reel"
    wait_for(reel.exists, "the reel of a killed program")
    require(not heapreel.info(reel)["complete"], "the reel of a killed program counts as complete")
    heapreel.run("check", reel, status=None)


def environment_names(heapreel):
    """Two programs, one name: two reels."""
    output = heapreel.work / "one.reel"
    programs = [subprocess.Popen([PYTHON, "-c", blocks(100)], env=heapreel.environment(output)) for _ in range(2)]
    for program in programs:
        require(program.wait(60) == 0, "a program failed")
    wait_for(lambda: len(list(heapreel.work.glob("one*.reel"))) == 2, "two reels of two programs")


def environment_bad_options(heapreel):
    """Words that `record` does not know: told, and the program runs."""
    environment = {**heapreel.environment(heapreel.work / "bad.reel"), "HEAPREEL_OPTIONS": "--levle 3"}
    done = subprocess.run([PYTHON, "-c", "print('ran')"], env=environment, capture_output=True, text=True, check=False,
                          timeout=60)
    require(done.returncode == 0 and done.stdout == "ran\n", "the program did not run")
    require("--levle" in done.stderr, f"nothing was said of the bad word: {done.stderr}")


def ctl(heapreel):
    """Status, snapshot, stop and start of a recording that goes on."""
    with heapreel.start("record", "-q", "-o", "ctl.reel", *waiting_python(), env={**os.environ,
                        "PYTHONMALLOC": "malloc"}) as record:
        require(record.stdout.readline() == "ready\n", "the program did not begin")
        status = json.loads(heapreel.run("ctl", "status", record.pid).stdout)
        require(status["state"] == "recording", f"state {status}")
        pid = status["processes"][0]["pid"]
        require(heapreel.run("ctl", "snapshot", pid).returncode == 0, "no snapshot")
        snapshot = heapreel.info(heapreel.work / "ctl.snapshot-1.reel")
        require(not snapshot["complete"], "a snapshot counts as complete")
        heapreel.run("check", "ctl.snapshot-1.reel", status=None)
        require(json.loads(heapreel.run("ctl", "stop", pid).stdout)["state"] == "paused", "stop")
        require(json.loads(heapreel.run("ctl", "start", pid).stdout)["state"] == "recording", "start")
        record.communicate("\n", timeout=60)
        require(record.returncode == 0, "the program failed")
    require("paused" in heapreel.run("check", "ctl.reel", status=None).stdout, "the pause left no note")
    require(not heapreel.info(heapreel.work / "ctl.reel")["complete"], "a reel with a pause counts as complete")


def keep_last(heapreel):
    """A flight recorder: a snapshot while it flies, and the end, both sound by themselves."""
    churn = ("import random\nr = random.Random(5)\nx = [None] * 5000\n"
             "for i in range(400000): x[r.randrange(5000)] = bytearray(r.getrandbits(11))\n")
    program = ["python3", "-c", f"{churn}print('ready', flush=True)\ninput()\n{churn}"]
    with heapreel.start("record", "-q", "--keep-last", "1M", "-o", "kept.reel", *program,
                        env={**os.environ, "PYTHONMALLOC": "malloc"}) as record:
        require(record.stdout.readline() == "ready\n", "the program did not begin")
        pid = json.loads(heapreel.run("ctl", "status", record.pid).stdout)["processes"][0]["pid"]
        heapreel.run("ctl", "snapshot", pid)
        record.communicate("\n", timeout=60)
        require(record.returncode == 0, "the program failed")
    snapshot, whole = (heapreel.info(heapreel.work / name) for name in ("kept.snapshot-1.reel", "kept.reel"))
    require(snapshot["events"] > 0 and not snapshot["complete"], f"the snapshot: {snapshot}")
    require(whole["complete"] and whole["events_before"] > 0, f"the reel: {whole}")
    for info in (snapshot, whole):
        heapreel.run("check", info["path"], status=0 if info is whole else None)
        for figure in ("unknown_frees", "double_frees", "implied_frees"):
            require(info[figure] == 0, f"{info['path']}: {figure} {info[figure]}")


def keep_last_errors(heapreel):
    """A bare number could be either, and what is too little is refused."""
    for text in ("5", "10K", "20ms", "x", "100T", "1.5.2s"):
        done = heapreel.run("record", "--keep-last", text, "true", status=2)
        require(f"'{text}' for '--keep-last'" in done.stderr and "hint:" in done.stderr, done.stderr)


def ctl_errors(heapreel):
    """Each refusal says what to do."""
    for words, part in ((("status", 4194304 + 7), "no such process"), (("status", os.getpid()), "not being recorded"),
                        (("dance", 1), "unknown action"), (("status", "x"), "bad process id")):
        done = heapreel.run("ctl", *words, status=None)
        require(done.returncode != 0 and part in done.stderr and "hint:" in done.stderr, f"{words}: {done.stderr}")


def collector_killed(heapreel):
    """The program goes on to its end, and the reel is valid and says what happened."""
    with heapreel.start("record", "-q", "-o", "dead.reel", *waiting_python(20000), env={**os.environ,
                        "PYTHONMALLOC": "malloc"}) as record:
        require(record.stdout.readline() == "ready\n", "the program did not begin")
        status = json.loads(heapreel.run("ctl", "status", record.pid).stdout)
        os.kill(status["collector"], signal.SIGKILL)
        _, said = record.communicate("\n", timeout=60)
        require(record.returncode == 0, f"the program failed: {said}")
    heapreel.run("check", "dead.reel", status=None)
    require("collector" in heapreel.run("info", "dead.reel").stdout, "the reel does not say that its collector died")


def lone_collector_killed(heapreel):
    """The same for a program that was started by its environment: its guardian mends the reel."""
    output = heapreel.work / "lone.reel"
    with subprocess.Popen(waiting_python(20000), env=heapreel.environment(output), stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as program:
        require(program.stdout.readline() == b"ready\n", "the program did not begin")
        status = json.loads(heapreel.run("ctl", "status", program.pid).stdout)
        os.kill(status["collector"], signal.SIGKILL)
        program.communicate(b"\n", timeout=60)
        require(program.returncode == 0, "the program failed")
    wait_for(output.exists, "the mended reel")
    require("collector" in heapreel.run("info", output).stdout, "the reel does not say that its collector died")


def starved(heapreel, output, prefix):
    command = [*prefix, heapreel.binary, "record", "-q", "-o", str(output), PYTHON, "-c",
               "import random\n" + blocks(100)
               + "\nfor n in range(400000): x[n % 100] = bytearray(random.getrandbits(14))\nprint('done')"]
    done = subprocess.run(command, env={**os.environ, "PYTHONMALLOC": "malloc"}, capture_output=True, text=True,
                          check=False, timeout=120)
    require(done.returncode == 0 and done.stdout == "done\n", f"the program did not run on: {done}")
    require(output.exists(), f"no reel was left: {done.stderr}")
    info = heapreel.run("info", output).stdout
    require("NO" in info and ("space" in info or "too large" in info), f"the reel does not say why it ends: {info}")
    found = heapreel.run("check", output, status=None)
    require("damage" not in found.stdout, f"the reel is damaged: {found.stdout}")


def file_limit(heapreel):
    """`ulimit -f`: the reel ends early, whole, with the reason."""
    starved(heapreel, heapreel.work / "limit.reel", ["bash", "-c", 'ulimit -S -f 768; exec "$@"', "bash"])


def full_disk(heapreel):
    """A file system with hardly any room. Needs root, to mount it."""
    disk = heapreel.work / "disk"
    disk.mkdir()
    mounted = os.geteuid() == 0 and subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(disk)],
                                                   capture_output=True, check=False).returncode == 0
    if not mounted:
        print("full_disk: left out, tmpfs cannot be mounted here")
        return
    try:
        starved(heapreel, disk / "full.reel", [])
        require(not list(disk.glob("*.part")), "a part file was left")
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def no_folder(heapreel):
    """A folder that is not there, or a name that cannot be: refused before the program starts."""
    done = heapreel.run("record", "-o", "nowhere/%e.%p.reel", "touch", "started", status=125)
    require("hint:" in done.stderr and not (heapreel.work / "started").exists(), done.stderr)


def other_user(heapreel):
    """An image that another user starts, and that cannot see the collector's descriptors, is recorded. Needs root."""
    if os.geteuid() != 0:
        print("other_user: left out, it takes root")
        return
    heapreel.work.chmod(0o777)
    change = ("import os\nos.setgroups([])\nos.setgid(65534)\nos.setuid(65534)\n"
              "os.execvp('sort', ['sort', '/etc/passwd'])")
    heapreel.run("record", "-q", "-o", "user.reel", PYTHON, "-c", change)
    names = sorted(heapreel.work.glob("user*.reel"))
    require(len(names) == 2, f"not two images: {names}")


CASES = (environment_start, environment_killed, environment_names, environment_bad_options, ctl, ctl_errors,
         keep_last, keep_last_errors,
         collector_killed, lone_collector_killed, file_limit, full_disk, no_folder, other_user)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, required=True)
    parser.add_argument("cases", nargs="*")
    args = parser.parse_args()
    failed = []
    for case in CASES:
        if args.cases and case.__name__ not in args.cases:
            continue
        work = pathlib.Path(tempfile.mkdtemp(prefix="heapreel_control_"))
        try:
            case(Heapreel(args.bin.resolve(), work))
            print(f"{case.__name__}: holds")
        except (AssertionError, subprocess.TimeoutExpired) as fault:
            print(f"{case.__name__}: {fault}")
            failed.append(case.__name__)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
