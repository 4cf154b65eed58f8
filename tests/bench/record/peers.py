"""Who is measured: nothing, heapreel in its variants, heaptrack, LTTng-UST.

A peer turns a command into the command that records it. What it needs around that (a session, its output's size) lies
outside the timed part. absence() says why a peer cannot be used here, or None; the table names the absent ones.
"""
import contextlib
import glob
import json
import os
import pathlib
import re
import shutil
import subprocess
import time

import process

SETUP_HINT = "./dev setup bench installs it"


class Peer:
    name = "none"
    services = ()  # pids of ours that outlive a run

    def __init__(self, context):
        self.context = context
        self.output = context.folder / f"{self.name}.out"

    def absence(self):
        return None

    def open(self):
        """Starts what lives as long as the benchmark."""

    def close(self):
        pass

    def service_cpu_ns(self):
        """CPU time so far of services that no wait for the command would count."""
        return 0

    def command(self, argv):
        return argv, {}

    @contextlib.contextmanager
    def recording(self):
        """Around one run; yields a dictionary that holds, afterwards, what was recorded: bytes, events, lost."""
        yield {}


class FilePeer(Peer):
    """One that writes a single file."""

    @contextlib.contextmanager
    def recording(self):
        recorded = {}
        try:
            yield recorded
            recorded.update(self.read())
        finally:
            for path in self.context.folder.glob(f"{self.name}.out*"):
                path.unlink()

    def read(self):
        files = list(self.context.folder.glob(f"{self.name}.out*"))
        if not files:
            raise process.RunFailed(f"{self.name} left no recording")
        return {"bytes": sum(path.stat().st_size for path in files)}


class Heapreel(FilePeer):
    name, flags = "heapreel", ()

    def absence(self):
        binary = self.context.heapreel
        if not os.access(binary, os.X_OK):
            return f"no {binary}"
        done = subprocess.run([binary, "record", "--help"], capture_output=True, check=False, timeout=30)
        return None if done.returncode == 0 else f"{binary} has no command 'record'"

    def command(self, argv):
        flags = [*self.flags, *self.context.record_flags]
        return [self.context.heapreel, "record", "-o", self.output, "--force", *flags, "--", *argv], {}

    def read(self):
        done = subprocess.run([self.context.heapreel, "info", "--json", self.output], capture_output=True, text=True,
                              check=False, timeout=300)
        if done.returncode != 0:
            raise process.RunFailed(f"heapreel info: {done.stderr.strip()[-300:]}")
        info = json.loads(done.stdout)
        if not info["complete"]:
            raise process.RunFailed(f"the reel is not complete: {info.get('cause')}")
        return {"bytes": info["bytes_on_disk"], "events": info["events"], "lost": info["lost_events"]}


class HeapreelFramePointers(Heapreel):
    name, flags = "heapreel-fp", ("--stacks=fp",)


class HeapreelUnwind(Heapreel):
    name, flags = "heapreel-unwind", ("--stacks",)


class Shim(Peer):
    """The library alone, without a session: it finds nobody to write for, and must cost next to nothing."""
    name = "shim-inert"

    def absence(self):
        return None if self.context.shim else "no libheapreel.so in the build folder"

    def command(self, argv):
        return argv, {"LD_PRELOAD": self.context.shim}


class ShimRecording(Shim, FilePeer):
    """Started by environment alone: the shim brings its own collector."""
    name = "shim-env"

    def command(self, argv):
        return argv, {"LD_PRELOAD": self.context.shim, "HEAPREEL_OUT": f"{self.output}.%p.reel"}


class HeaptrackRaw(FilePeer):
    """heaptrack's preloaded library writing to a file: what recording itself costs."""
    name = "heaptrack-raw"

    def __init__(self, context):
        super().__init__(context)
        found = glob.glob("/usr/lib/heaptrack/libheaptrack_preload.so") + \
            glob.glob("/usr/lib/*/heaptrack/libheaptrack_preload.so")
        self.library = found[0] if found else None

    def absence(self):
        return None if self.library else f"not installed; {SETUP_HINT}"

    def command(self, argv):
        return argv, {"LD_PRELOAD": self.library, "DUMP_HEAPTRACK_OUTPUT": str(self.output)}

    def read(self):
        count = subprocess.run(["grep", "-c", "^[+-]", self.output], capture_output=True, text=True, check=False,
                               env={"LC_ALL": "C"})
        return {**super().read(), "events": int(count.stdout or 0)}


class Heaptrack(FilePeer):
    """heaptrack as shipped: a second process digests and compresses."""
    name = "heaptrack"

    def absence(self):
        return None if shutil.which("heaptrack") else f"not installed; {SETUP_HINT}"

    def command(self, argv):
        return ["heaptrack", "-o", self.output, *argv], {}


class Lttng(Peer):
    """LTTng-UST's wrapper of libc, user-id buffers of 2 x 8 x 4 MiB, context vtid; a session for each run."""
    name, session, library = "lttng", f"heapreel_bench_{os.getpid()}", None

    def __init__(self, context):
        super().__init__(context)
        found = sorted(glob.glob("/usr/lib/*/liblttng-ust-libc-wrapper.so*"))
        self.library, self.daemon = (found[0] if found else None), None

    def absence(self):
        complete = self.library and shutil.which("lttng") and shutil.which("lttng-sessiond")
        return None if complete else f"not installed; {SETUP_HINT}"

    def lttng(self, *arguments, check=True):
        done = subprocess.run(["lttng", "--no-sessiond", *map(str, arguments)], capture_output=True, text=True,
                              check=False, timeout=60)
        if check and done.returncode != 0:
            raise process.RunFailed(f"lttng {arguments[0]}: {(done.stderr or done.stdout).strip()[-300:]}")
        return done

    def open(self):
        if self.lttng("list", check=False).returncode == 0:
            return  # the machine's own daemon serves
        self.daemon = subprocess.Popen(["lttng-sessiond", "--no-kernel"], stdin=subprocess.DEVNULL,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        self.services = (self.daemon.pid,)
        for _ in range(100):
            if self.lttng("list", check=False).returncode == 0:
                return
            time.sleep(0.1)
        raise process.RunFailed("lttng-sessiond does not answer")

    def close(self):
        if self.daemon is not None:
            self.daemon.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.daemon.wait(15)
            self.daemon.kill()
            self.daemon.wait()

    def service_cpu_ns(self):
        """Of the consumer daemon: it is no child of the traced command."""
        total_ns = 0
        for stat in pathlib.Path("/proc").glob("[0-9]*/comm"):
            with contextlib.suppress(OSError):
                if stat.read_text().startswith("lttng-consumerd"):
                    tasks = (stat.parent / "task").glob("*/schedstat")
                    total_ns += sum(int(task.read_text().split()[0]) for task in tasks)
        return total_ns

    def command(self, argv):
        return argv, {"LD_PRELOAD": self.library}

    @contextlib.contextmanager
    def recording(self):
        recorded = {}
        self.lttng("create", self.session, "--output", self.output)
        try:
            self.lttng("enable-channel", "-u", "-s", self.session, "--buffers-uid", "--subbuf-size", "4M",
                       "--num-subbuf", 8, "heap")
            self.lttng("enable-event", "-u", "-s", self.session, "-c", "heap", "lttng_ust_libc:*")
            self.lttng("add-context", "-u", "-s", self.session, "-c", "heap", "-t", "vtid")
            self.lttng("start", self.session)
            yield recorded
            self.lttng("stop", self.session)
            listed = self.lttng("list", self.session).stdout
            recorded["lost"] = sum(map(int, re.findall(r"Discarded events:\s*(\d+)", listed)))
            recorded["bytes"] = sum(path.stat().st_size for path in self.output.rglob("heap_*"))
        finally:
            self.lttng("destroy", self.session, check=False)
            shutil.rmtree(self.output, ignore_errors=True)


PEERS = (Peer, Heapreel, HeapreelFramePointers, HeapreelUnwind, Shim, ShimRecording, HeaptrackRaw, Heaptrack, Lttng)
NAMES = tuple(peer.name for peer in PEERS)
