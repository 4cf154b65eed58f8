"""The eight programs: how each is started, and who drives those that are servers.

A program's command(context) gives argv, environment and standard input. A server's drive(context) is called in a thread
for each time the program runs, and makes it end.
"""
import functools
import shlex
import shutil
import socket
import subprocess
import time

import inputs
import watch

BATCH = 500  # commands that redis's client sends at once


class Program:
    server = False

    def __init__(self, name, tool, threaded, make):
        self.name, self.tool, self.threaded, self.make = name, tool, threaded, make

    def absence(self, context):
        found = self.tool.exists() if hasattr(self.tool, "exists") else shutil.which(self.tool)
        return None if found else f"{self.tool} is not there"

    def command(self, context):
        argv, env, stdin = self.make(context)
        return [str(word) for word in argv], env, stdin

    def preload(self, library):
        return library

    def prepare(self, context):
        """Makes its inputs, so that no run waits for them."""
        self.command(context)


def compiler(context):
    """cc1plus as g++ would run it: the driver is not what is measured."""
    told = subprocess.run(["g++", "-###", "-O1", "-S", inputs.cpp_source(context), "-o", context.folder / "work.s"],
                          capture_output=True, text=True, check=True, timeout=30,
                          env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"})
    return shlex.split(next(line for line in told.stderr.splitlines() if "/cc1plus" in line)), {}, None


def python(context):
    return ["/usr/bin/python3", "-S", inputs.python_script(context)], {"PYTHONMALLOC": "malloc"}, None


def perl(context):
    return ["perl", inputs.perl_script(context)], {"PERL_HASH_SEED": "0"}, None


def sqlite(context):
    return ["sqlite3", ":memory:"], {}, inputs.sql_script(context)


def git(context):
    return ["git", "-C", inputs.git_repository(context), "pack-objects", "--all", "--threads=2", "--window=12",
            "--no-reuse-delta", "--no-reuse-object", "--stdout", "-q"], {}, None


def xz(context):
    return ["xz", "-T2", "-1", "--block-size=4MiB", "--keep", "--stdout", inputs.text_file(context)], {}, None


def server(context):
    return [context.build / "bench/threaded_server", "--requests", context.scaled(600_000)], {}, None


class Redis(Program):
    """It links jemalloc: to run it under glibc's malloc, libc is preloaded."""
    server = True

    def __init__(self):
        super().__init__("redis", "redis-server", False, None)
        self.port = None

    def command(self, context):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        return ["redis-server", "--save", "", "--appendonly", "no", "--bind", "127.0.0.1", "--port", str(self.port),
                "--dir", str(context.folder)], {}, None

    def preload(self, library):
        return library or libc()

    def prepare(self, context):
        phases(context)

    def drive(self, context):
        load = phases(context)
        with connect(self.port, time.monotonic() + 60) as client:
            for batches in load:
                for count, text in batches:
                    client.sendall(text)
                    await_answers(client, count)
                time.sleep(0.05)
            client.sendall(b"SHUTDOWN NOSAVE\r\n")
            client.recv(100)


@functools.lru_cache(maxsize=1)
def phases(context):
    return [[(len(commands[at:at + BATCH]), b"".join(commands[at:at + BATCH]))
             for at in range(0, len(commands), BATCH)] for commands in inputs.redis_phases(context)]


def connect(port, deadline):
    while True:
        try:
            client = socket.create_connection(("127.0.0.1", port), timeout=30)
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return client
        except OSError as error:
            if time.monotonic() > deadline:
                raise watch.RunFailed(f"redis-server does not answer: {error}") from error
            time.sleep(0.02)


def await_answers(client, count):
    while count > 0:
        got = client.recv(1 << 16)
        if not got:
            raise watch.RunFailed("redis-server went away")
        count -= got.count(b"\n")


@functools.lru_cache(maxsize=1)
def libc():
    with open("/proc/self/maps", encoding="utf-8") as maps:
        return next(line.split()[-1] for line in maps if "/libc.so" in line or "/libc-2" in line)


def all_programs(context):
    return [Program("cc1plus", "g++", False, compiler), Program("python", "/usr/bin/python3", False, python),
            Program("perl", "perl", False, perl), Program("sqlite", "sqlite3", False, sqlite), Redis(),
            Program("git", "git", True, git), Program("xz", "xz", True, xz),
            Program("server", context.build / "bench/threaded_server", True, server)]
