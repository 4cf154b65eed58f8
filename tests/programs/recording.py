"""Records a program with `heapreel record` in a folder of its own, and reads the reels it left.

Whatever the program starts is a child of ours at last (PR_SET_CHILD_SUBREAPER): a recording ends when all of them have
ended, and what is still there at the time limit is killed.
"""
import ctypes
import dataclasses
import json
import os
import pathlib
import re
import signal
import subprocess
import time

import tamper
import truth as truths
from compare import Mismatch, read_fences, require

PR_SET_CHILD_SUBREAPER = 36
NAME = re.compile(r"^app(?:\.(\d+))?(?:\.(\d+))?\.reel$")


class Reel:
    def __init__(self, path, heapreel):
        self.path = path
        self.heapreel = heapreel
        self.tampering = None  # a way to falsify the events, for controls
        match = NAME.match(path.name)
        self.pid = int(match.group(1)) if match and match.group(1) else None

    def run(self, *arguments):
        done = subprocess.run([self.heapreel, *arguments], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Mismatch(f"heapreel {' '.join(map(str, arguments))}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def info(self):
        return json.loads(self.run("info", "--json", self.path))

    def check(self):
        self.run("check", self.path)

    def events(self):
        """One dict an event, in replay order; a stream, for reels can be long."""
        command = [self.heapreel, "dump", "--format", "jsonl", str(self.path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            parsed = map(json.loads, process.stdout)
            try:
                yield from tamper.apply(self.tampering, parsed) if self.tampering else parsed
            except GeneratorExit:  # whoever reads us has seen enough
                process.kill()
                raise
        require(process.returncode == 0, f"{' '.join(command)}: {process.returncode}")


@dataclasses.dataclass
class Outcome:
    folder: pathlib.Path
    status: int
    stdout: str
    stderr: str
    reels: list
    truth: truths.Truth
    seconds: float
    argv: list
    env: dict

    def unrecorded(self, timeout=60):
        """The same command without a recorder: its outcome, and what it told."""
        folder = self.folder / "unrecorded"
        folder.mkdir()
        env = {**self.env, "PROBE_OUT": str(folder / "truth")}
        status, stdout, stderr, seconds = run_command(self.argv, folder, env, timeout)
        return Outcome(folder, status, stdout, stderr, [], truths.Truth(folder / "truth"), seconds, self.argv, env)

    @property
    def main(self):
        require(self.reels, f"no reel was left; status {self.status}, stderr:\n{self.stderr}")
        return self.reels[0]

    def readers(self):
        found = {}
        for reel in self.reels:
            found.setdefault(reel.pid, []).append(read_fences(reel.events()))
        return found


def become_subreaper():
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def children_of(pid):
    path = pathlib.Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in path.read_text().split()]


def reap():
    try:
        while os.waitpid(-1, os.WNOHANG)[0] != 0:
            pass
    except ChildProcessError:
        pass


def end_descendants(deadline):
    """Waits for orphans until the deadline; returns how many had to be killed."""
    killed = 0
    while True:
        reap()
        left = children_of(os.getpid())
        if not left:
            return killed
        if time.monotonic() > deadline:
            killed += len(left)
            for pid in left:
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.01)


def run_command(command, folder, env, timeout, stdin=None):
    """-> (status as a shell shows it, stdout, stderr, seconds). Streams go to files: orphans may hold pipes open."""
    become_subreaper()
    begin = time.monotonic()
    with open(folder / "stdout", "wb") as out, open(folder / "stderr", "wb") as err:
        process = subprocess.Popen(command, cwd=folder, env=env, stdin=stdin or subprocess.DEVNULL, stdout=out,
                                   stderr=err, start_new_session=True)
        try:
            status = process.wait(timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            status = None
    seconds = time.monotonic() - begin
    killed = end_descendants(time.monotonic() + (10 if status is not None else 0))
    texts = [(folder / name).read_bytes().decode("utf-8", "backslashreplace") for name in ("stdout", "stderr")]
    require(status is not None, f"not done after {timeout} s: {command}\n{texts[1]}")
    require(killed == 0, f"{killed} processes were still there 10 s after: {command}\n{texts[1]}")
    return (status if status >= 0 else 128 - status), *texts, seconds


def reels_in(folder, heapreel):
    """The command's own first, then by name."""
    paths = sorted(folder.glob("*.reel"), key=lambda path: (path.name != "app.reel", len(path.name), path.name))
    return [Reel(path, heapreel) for path in paths]


def record(heapreel, argv, folder, env=None, flags=(), timeout=60):
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C.UTF-8",
                   "PROBE_OUT": str(folder / "truth"), **(env or {})}
    command = [heapreel, "record", "-o", str(folder / "app.reel"), *flags, "--", *argv]
    status, stdout, stderr, seconds = run_command(command, folder, environment, timeout)
    return Outcome(folder, status, stdout, stderr, reels_in(folder, heapreel),
                   truths.Truth(folder / "truth"), seconds, list(argv), environment)
