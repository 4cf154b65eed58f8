#!/usr/bin/env python3
"""Recordings that are started by the environment alone.

  test_environment.py --bin DIR [CASE...]      run cases (all, if none is named)
"""
import os
import subprocess
import sys

from driver import PYTHON, blocks, require, run_cases, wait_for, waiting_python


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


if __name__ == "__main__":
    sys.exit(run_cases(__doc__, (environment_start, environment_killed, environment_names, environment_bad_options)))
