"""Servers under load: each listens on a free port of loopback, is loaded by its own benchmark, and asked to end."""
import os
import re
import signal
import socket
import subprocess
import time

from compare import require
from real_case import RealCase

NGINX_CONF = """
worker_processes 1;
pid nginx.pid;
error_log error.log;
daemon off;
events {{ worker_connections 256; }}
http {{
  access_log access.log;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  server {{ listen 127.0.0.1:{port}; root {folder}/pages; gzip on; gzip_min_length 100; gzip_types text/plain; }}
}}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def port_of(folder):
    return int((folder / "port").read_text())


def wait_until_listening(port, seconds=20):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            probe.settimeout(0.5)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    require(False, f"nobody listens on port {port} after {seconds} s")


def client(*command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    require(done.returncode == 0, f"{command[0]}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def redis(folder):
    port = free_port()
    (folder / "port").write_text(str(port))
    return ["redis-server", "--save", "", "--appendonly", "no", "--bind", "127.0.0.1", "--port", str(port),
            "--logfile", "redis.log"]


def load_redis(folder):
    port = str(port_of(folder))
    wait_until_listening(int(port))
    for kind in ("set", "lpush"):
        client("redis-benchmark", "-h", "127.0.0.1", "-p", port, "-q", "-t", kind, "-n", "20000", "-P", "16",
               "-d", "200", "-r", "5000")
    client("redis-cli", "-h", "127.0.0.1", "-p", port, "set", "key", "value")
    answer = client("redis-cli", "-h", "127.0.0.1", "-p", port, "get", "key")
    client("redis-cli", "-h", "127.0.0.1", "-p", port, "shutdown", "nosave")
    return answer


def nginx(folder):
    port = free_port()
    (folder / "port").write_text(str(port))
    pages = folder / "pages"
    pages.mkdir()
    pages.chmod(0o755)
    (pages / "a.txt").write_text("".join(f"line {i}\n" for i in range(2000)))
    (folder / "nginx.conf").write_text(NGINX_CONF.format(port=port, folder=folder))
    return ["nginx", "-p", f"{folder}/", "-c", "nginx.conf"]


def load_nginx(folder):
    port = port_of(folder)
    wait_until_listening(port)
    url = f"http://127.0.0.1:{port}/a.txt"
    told = client("ab", "-q", "-n", "4000", "-c", "8", url)
    told += client("ab", "-q", "-n", "2000", "-c", "8", "-H", "Accept-Encoding: gzip", url)
    os.kill(int((folder / "nginx.pid").read_text()), signal.SIGQUIT)
    wanted = r"^(?:Complete requests|Failed requests|Document Length|HTML transferred):.*$"
    return re.findall(wanted, told, re.MULTILINE)


SERVERS = [
    RealCase("redis", ["redis-server", "redis-benchmark", "redis-cli"], redis, 50_000, load=load_redis,
             brings="jemalloc"),
    RealCase("nginx", ["nginx", "ab"], nginx, 10_000, load=load_nginx),
]
