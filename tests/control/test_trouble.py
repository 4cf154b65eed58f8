#!/usr/bin/env python3
"""Recordings that are starved of disk, robbed of their collector, or taken over by another user.

  test_trouble.py --bin DIR [CASE...]      run cases (all, if none is named)
"""
import json
import os
import signal
import subprocess
import sys

from driver import PYTHON, blocks, require, run_cases, wait_for, waiting_python


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


def collector_stopped(heapreel):
    """A collector that does not answer for a while: the program goes on without it, and what is missing is counted."""
    churn = "for n in range(1500000): x[n % 1000] = bytearray(n % 500)\nprint('done', flush=True)\ninput()"
    program = [PYTHON, "-c", f"{blocks(1000)}\nprint('ready', flush=True)\ninput()\n{churn}"]
    infos = []
    for stops in (False, True):
        reel = f"{stops}.reel"
        with heapreel.start("record", "-q", "--pool", "1M", "-o", reel, *program,
                            env={**os.environ, "PYTHONMALLOC": "malloc", "PYTHONHASHSEED": "0"}) as record:
            require(record.stdout.readline() == "ready\n", "the program did not begin")
            collector = json.loads(heapreel.run("ctl", "status", record.pid).stdout)["collector"]
            if stops:
                os.kill(collector, signal.SIGSTOP)
            record.stdin.write("\n")
            record.stdin.flush()
            require(record.stdout.readline() == "done\n", "the program did not go on")
            os.kill(collector, signal.SIGCONT)
            record.communicate("\n", timeout=60)
            require(record.returncode == 0, "the program failed")
        infos.append(heapreel.info(heapreel.work / reel))
    whole, part = infos
    require(whole["complete"] and not part["complete"] and part["events"] < whole["events"] / 2, f"{whole}\n{part}")
    told = part["events"] + part["lost_events"]
    require(abs(told - whole["events"]) < whole["events"] / 200, f"{told} of {whole['events']} calls: {part}")


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


if __name__ == "__main__":
    sys.exit(run_cases(__doc__, (collector_killed, collector_stopped, lone_collector_killed, file_limit, full_disk,
                                 no_folder, other_user)))
