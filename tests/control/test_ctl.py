#!/usr/bin/env python3
"""Recordings that are asked, paused, and kept in a window.

  test_ctl.py --bin DIR [CASE...]      run cases (all, if none is named)
"""
import json
import os
import sys

from driver import require, run_cases, waiting_python


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


if __name__ == "__main__":
    sys.exit(run_cases(__doc__, (ctl, ctl_errors, keep_last, keep_last_errors)))
