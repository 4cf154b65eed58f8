#!/usr/bin/env python3
"""Nothing that was planted in a recorded program is in any byte of its scrubbed reel, and the reel is as good as before.

  test_scrub.py HEAPREEL PLANTED

The reader is the independent one of tests/reference. The control is part of the test: the recording that was not scrubbed,
and the same packed without --scrub, hold every canary, or they would prove nothing.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "reference"))

from container import PRIVATE_METADATA, read_blocks, read_columns  # noqa: E402

CANARIES = {"argument": "canary_argument", "environment": "canary_environment", "setting": "canary_setting",
            "path": "canary_folder", "executable": "canary_program", "thread name": "canary_thread",
            "mark": "canary_mark"}
HOST = "canary-host"


def run(*command, status=0, **options):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, timeout=120,
                          **options)
    if done.returncode not in (status if isinstance(status, tuple) else (status,)):
        sys.exit(f"{command}: {done.returncode}\n{done.stdout[:2000]}\n{done.stderr[:2000]}")
    return done


def sections(path):
    """Every byte of a reel: the file as it is, and the columns of all blocks, expanded."""
    data = path.read_bytes()
    blocks = read_blocks(data)
    columns = [column for block in blocks for column in read_columns(block, range(64)).values()]
    return blocks, [data, *columns]


def holds(parts, text):
    return any(text.encode() in part for part in parts)


def can_name_hosts():
    return subprocess.run(["unshare", "-u", "hostname", HOST], capture_output=True, check=False).returncode == 0


def record(heapreel, planted, folder):
    """-> the reel, and what was planted in it."""
    home = folder / CANARIES["path"]
    home.mkdir()
    program = home / CANARIES["executable"]
    shutil.copy(planted, program)
    reel = folder / "app.reel"
    command = [heapreel, "record", "-q", "--stacks", "--reference", "2", "-o", reel, program, CANARIES["argument"]]
    env = {**os.environ, "PLANTED": CANARIES["environment"],
           "MALLOC_CONF": f"narenas:2,prof_prefix:/{CANARIES['setting']}"}
    canaries = dict(CANARIES)
    if can_name_hosts():
        canaries["host"] = HOST
        command = ["unshare", "-u", "sh", "-c", f'hostname {HOST} && exec "$@"', "sh", *command]
    else:
        print("the host's name cannot be changed here: that canary is left out")
    run(*command, env=env, cwd=home)
    return reel, canaries


def check_canaries(reels, canaries):
    for name in ("captured", "packed"):
        _, parts = sections(reels[name])
        for place, text in canaries.items():
            assert holds(parts, text), f"the control fails: the {name} reel does not hold the {place} ({text})"
    blocks, parts = sections(reels["scrubbed"])
    for place, text in canaries.items():
        assert not holds(parts, text), f"the scrubbed reel still holds the {place} ({text})"
    assert not holds(parts, "canary"), "the scrubbed reel holds some other canary"
    assert all(block.type != PRIVATE_METADATA for block in blocks), "the scrubbed reel has a private block"


def check_report(told):
    for word in ("removed: ", "remains: ", "command line", "environment", "names of marks", "can still tell something",
                 "Allocator.settings"):
        assert word in " ".join(told.split()), f"pack --scrub does not tell of {word!r}:\n{told}"


def figures(heapreel, reel):
    info = json.loads(run(heapreel, "info", "--json", reel).stdout)
    wanted = ("id", "events", "threads", "events_by_kind", "live_peak_bytes", "cross_thread_frees", "complete")
    return {name: info[name] for name in wanted}


def check_uses(heapreel, reels):
    """It is sound, tells the same figures, replays, and predicts from the same measurements."""
    run(heapreel, "check", reels["scrubbed"])
    plain, scrubbed = (figures(heapreel, reels[name]) for name in ("packed", "scrubbed"))
    assert plain == scrubbed, f"{plain}\n{scrubbed}"
    # Of a program this small the self-check may be red (3); it must have been made of the same figures.
    replayed = run(heapreel, "replay", reels["scrubbed"], "--quick", "--allocators", "glibc", "--json", "-", status=(0, 3))
    gates = json.loads(replayed.stdout)["fidelity"]
    assert gates["conservation"]["pass"] and gates["re-record"]["pass"], gates
    checks = [self_check(heapreel, reels[name]) for name in ("packed", "scrubbed")]
    assert all(check["against"] == "reference runs" for check in checks), checks
    for figure in ("rss_peak_bytes", "rss_mean_bytes"):
        plain, scrubbed = (check[figure] for check in checks)
        assert plain["real"] == scrubbed["real"] > 0, f"the measured {figure} is another: {checks}"
        assert abs(plain["predicted"] / scrubbed["predicted"] - 1) < 0.1, f"the predicted {figure} is another: {checks}"


def self_check(heapreel, reel):
    done = run(heapreel, "predict", reel, "--quick", "--allocators", "glibc", "--json", "-", status=(0, 3))
    return json.loads(done.stdout)["selfcheck"]["figures"]


def main():
    heapreel, planted = (pathlib.Path(word).resolve() for word in sys.argv[1:3])
    with tempfile.TemporaryDirectory(prefix="heapreel_scrub_") as folder:
        folder = pathlib.Path(folder)
        os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
        reel, canaries = record(heapreel, planted, folder)
        reels = {"captured": reel, "packed": folder / "packed.reel", "scrubbed": folder / "scrubbed.reel"}
        run(heapreel, "pack", reel, "-o", reels["packed"])
        told = run(heapreel, "pack", "--scrub", reel, "-o", reels["scrubbed"]).stderr
        check_canaries(reels, canaries)
        check_report(told)
        check_uses(heapreel, reels)
        print(f"{len(canaries)} canaries planted, none left")


if __name__ == "__main__":
    main()
