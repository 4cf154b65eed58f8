"""The real programs: what each is asked to do, small enough for a test and big enough to mean something."""
import os
import random
import subprocess
import sys

from real_case import RealCase

PYTHON_WORK = """
import collections, json
words = collections.Counter()
for i in range(20000):
    row = {"id": i, "name": f"item {i % 977}", "tags": [str(i % k) for k in (3, 5, 7)]}
    words.update(json.loads(json.dumps(row))["tags"])
print(sorted(words.items()))
"""
NODE_WORK = """
const kept = new Map();
for (let i = 0; i < 30000; ++i) {
  kept.set(i % 997, { id: i, bytes: Buffer.alloc(200 + i % 5000, i % 256) });
}
let sum = 0;
for (const one of kept.values()) sum += one.id + one.bytes[0];
console.log(sum, JSON.stringify([...kept.keys()].slice(0, 5)));
"""
CXX_WORK = """
#include <algorithm>
#include <map>
#include <string>
#include <vector>
std::map<std::string, std::vector<int>> table(const std::vector<std::string>& words) {
  std::map<std::string, std::vector<int>> found;
  for (std::size_t i = 0; i < words.size(); ++i) found[words[i]].push_back(static_cast<int>(i));
  for (auto& [word, places] : found) std::sort(places.begin(), places.end());
  return found;
}
"""
GIT_ENV = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_COMMITTER_NAME": "a",
           "GIT_COMMITTER_EMAIL": "a@example.org", "GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z",
           "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z", "GIT_CONFIG_NOSYSTEM": "1", "GIT_PAGER": "cat"}


def sqlite(folder):
    rows = "\n".join(f"INSERT INTO t VALUES({i}, 'row number {i * 7919 % 100003}');" for i in range(20000))
    script = f"CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT);\n{rows}\nSELECT count(*), max(b) FROM t;\n"
    (folder / "work.sql").write_text(script)
    return ["sqlite3", ":memory:", ".read work.sql"]


def python(folder):
    (folder / "work.py").write_text(PYTHON_WORK)
    return [sys.executable, "work.py"]


def node(folder):
    (folder / "work.js").write_text(NODE_WORK)
    return ["node", "work.js"]


def compiler(folder):
    (folder / "work.cc").write_text(CXX_WORK)
    return ["g++", "-std=c++17", "-O1", "-c", "work.cc", "-o", "work.o"]


def repository(folder):
    """Forty commits over ten files, the same in every run."""
    numbers = random.Random(3)
    env = {**os.environ, **GIT_ENV, "HOME": str(folder)}

    def git(*arguments):
        subprocess.run(["git", *arguments], cwd=folder, env=env, check=True, capture_output=True)

    git("init", "-q")
    for commit in range(40):
        for name in ("abcdefghij"[commit % 10], "abcdefghij"[commit * 3 % 10]):
            lines = (f"{numbers.randrange(10 ** 9)} {name} {i}\n" for i in range(400))
            (folder / f"{name}.txt").write_text("".join(lines))
        git("add", "-A")
        git("commit", "-q", "-m", f"commit {commit}")


def git_log(folder):
    repository(folder)
    return ["git", "log", "-p", "--stat"]


def git_pack(folder):
    repository(folder)
    return ["git", "-c", "pack.threads=2", "repack", "-a", "-d", "-f", "-q", "--window=20"]


PROGRAMS = [
    RealCase("sqlite", ["sqlite3"], sqlite, 500_000),
    RealCase("python", [], python, 500_000, env={"PYTHONMALLOC": "malloc", "PYTHONHASHSEED": "0"}),
    RealCase("node", ["node"], node, 20_000),
    RealCase("cc1plus", ["g++"], compiler, 200_000, product="work.o"),
    RealCase("git_log", ["git"], git_log, 10_000, env=GIT_ENV),
    RealCase("git_pack", ["git"], git_pack, 10_000, env=GIT_ENV),
]
