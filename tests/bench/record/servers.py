"""redis-server under load: throughput and p99 as its client sees them.

Parameters: redis-server without persistence on a free loopback port; redis-benchmark -t set -n 1500000 -P 16 -d 200
-r 100000. The server is asked to end, so that the recording ends as it would in life; it is killed if it does not.
"""
import csv
import shutil
import socket
import subprocess
import time

import process
from rounds import Bound, Figure
from works import LOST, WITHOUT_HEAPTRACK, bytes_per_event

REQUESTS = 1_500_000


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def ask(port, text):
    """Redis's answer to a line; empty if there is none."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(text.encode() + b"\r\n")
            return connection.recv(100).decode("utf-8", "replace")
    except OSError:
        return ""


def wait_until_up(port, server, timeout_s=20):
    deadline = time.monotonic() + timeout_s
    while not ask(port, "PING").startswith("+PONG"):
        if time.monotonic() > deadline or process.ended(server.process.pid, 0.02):
            raise server.failure("does not answer")


def load(port, requests, timeout_s):
    command = ["redis-benchmark", "-h", "127.0.0.1", "-p", str(port), "-t", "set", "-n", str(requests), "-P", "16",
               "-d", "200", "-r", "100000", "--csv"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=timeout_s)
    if done.returncode != 0:
        raise process.RunFailed(f"redis-benchmark: {done.stderr.strip()[-300:]}")
    row = next(csv.DictReader(done.stdout.splitlines()))
    return {"requests_per_s": float(row["rps"]), "p99_ms": float(row["p99_latency_ms"])}


class Redis:
    name = row = "redis"
    peers = WITHOUT_HEAPTRACK
    figures = (Figure("SET -P16, throughput", "requests_per_s", "ratio", {"heapreel": Bound(0.95, at_most=False)}),
               Figure("SET -P16, p99 latency", "p99_ms", "ratio", {"heapreel": Bound(1.1)}),
               Figure("CPU of server and recorder", "cpu_ns", "ratio"),
               Figure("bytes/event on disk", "bytes_per_event", "plain"), LOST)

    def run(self, context, peer):
        port = free_port()
        command, env = peer.command(["redis-server", "--save", "", "--appendonly", "no", "--bind", "127.0.0.1",
                                     "--port", str(port), "--dir", str(context.folder)])
        with peer.recording() as recorded:
            service_ns = peer.service_cpu_ns()
            server = process.Running(command, env, context.folder)
            try:
                wait_until_up(port, server)
                loaded = load(port, context.scaled(REQUESTS), context.timeout_s)
                ask(port, "SHUTDOWN NOSAVE")
                ran = server.finish(30, context.services)
            finally:
                server.kill(context.services)
            service_ns = peer.service_cpu_ns() - service_ns
        measures = {**loaded, "cpu_ns": ran.cpu_ns + service_ns, **recorded}
        return {**measures, **bytes_per_event(measures)}


def server_works():
    if shutil.which("redis-server") and shutil.which("redis-benchmark"):
        yield Redis()
