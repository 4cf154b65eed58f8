"""What the real programs work on, made anew in the benchmark's folder and the same on every machine."""
import random
import subprocess

PYTHON_SCRIPT = """\
import random
random.seed(1)
words = {}
for i in range(%d):
    key = 'key-%%d' %% random.randrange(50_000)
    words.setdefault(key, []).append((i, str(i), i * 1.5))
    if len(words[key]) > 8:
        del words[key]
rows = sorted((len(rows), key, [text.upper() for _, text, _ in rows]) for key, rows in words.items())
text = ' '.join(key for _, key, _ in rows)
counts = {}
for word in text.split():
    counts[word[:6]] = counts.get(word[:6], 0) + 1
"""

PERL_SCRIPT = """\
use strict; use warnings;
srand(7);
my (%%index, @rows);
for my $i (1 .. %d) {
  my $word = join '', map { chr(97 + int(rand(26))) } 1 .. 3;
  push @{ $index{$word} }, { id => $i, text => "row $i of $word" };
  if (@{ $index{$word} } > 12) { push @rows, splice @{ $index{$word} }, 0, 6; }
  @rows = () if @rows > 60_000;
}
my @words = sort { @{ $index{$b} } <=> @{ $index{$a} } } keys %%index;
my $text = join ' ', map { "$_ " . scalar @{ $index{$_} } } @words;
my %%parts; $parts{$_}++ for split / /, $text;
"""

CPP_SOURCE = """\
#include <bits/stdc++.h>
#include <regex>

std::map<std::string, std::vector<int>> index_of(const std::string& text) {
  std::map<std::string, std::vector<int>> index;
  const std::regex word("[a-z]+");
  for (std::sregex_iterator it(text.begin(), text.end(), word), end; it != end; ++it) {
    index[it->str()].push_back(static_cast<int>(it->position()));
  }
  return index;
}
"""


def written(path, make):
    if not path.exists():
        path.write_text(make(), "utf-8")
    return path


def python_script(context):
    return written(context.folder / "work.py", lambda: PYTHON_SCRIPT % context.scaled(400_000))


def perl_script(context):
    return written(context.folder / "work.pl", lambda: PERL_SCRIPT % context.scaled(450_000))


def cpp_source(context):
    return written(context.folder / "work.cc", lambda: CPP_SOURCE)


def sql_script(context):
    return written(context.folder / "work.sql", lambda: sql(context.scaled(350_000)))


def sql(inserts):
    rows = (f"INSERT INTO item VALUES({i}, 'name of item {i * 7919 % inserts}', {i * 0.5});" for i in range(inserts))
    return "\n".join(["CREATE TABLE item(id INTEGER PRIMARY KEY, name TEXT, price REAL);", *rows,
                      "CREATE INDEX by_name ON item(name);", "DELETE FROM item WHERE id % 3 = 0;",
                      "SELECT count(*), sum(price) FROM item;", ""])


def words(seed, count):
    source = random.Random(seed)
    letters = "abcdefghijklmnopqrstuvwxyz"
    known = ["".join(source.choices(letters, k=source.randrange(3, 10))) for _ in range(3000)]
    return " ".join(source.choices(known, k=count))


def text_file(context):
    """Text that a compressor takes some work for."""
    def make():
        part = words(3, 400_000)
        half = len(part) // 2
        return "\n".join(part[i:] + part[:i] for i in range(0, half, half // max(1, context.scaled(3))))
    return written(context.folder / "text", make)


def git_repository(context):
    """Bare, with many versions of some files: work for finding deltas."""
    folder = context.folder / "repository"
    if not folder.exists():
        run = {"cwd": context.folder, "check": True, "capture_output": True, "timeout": 120}
        subprocess.run(["git", "init", "--quiet", "--bare", folder], **run)
        subprocess.run(["git", "-C", folder, "fast-import", "--quiet"], input=history(context).encode(), **run)
    return folder


def history(context):
    source = random.Random(5)
    files = [words(100 + i, 80_000).split(" ") for i in range(12)]
    parts = []
    for commit in range(context.scaled(30)):
        changed = source.sample(range(len(files)), 3)
        parts.append("commit refs/heads/main\n" + (f"mark :{commit + 1}\n") + f"committer A <a@b> {commit} +0000\n"
                     "data 1\nc\n" + (f"from :{commit}\n" if commit else ""))
        for number in changed:
            for _ in range(400):
                files[number][source.randrange(len(files[number]))] = f"w{source.randrange(10**6)}"
            text = "\n".join(files[number])
            parts.append(f"M 100644 inline file{number}\ndata {len(text)}\n{text}\n")
    return "".join(parts)


def redis_phases(context):
    """For each shift of value sizes, the bytes a pipelining client sends and how many answers it gets."""
    keys, phases = context.scaled(100_000), []
    for number, size in enumerate((60, 200, 90, 700)):
        source, commands = random.Random(number), []
        for key in range(keys):
            length = source.randrange(size // 2, size + size // 2)
            commands.append(b"*3\r\n$3\r\nSET\r\n$%d\r\nkey:%d\r\n$%d\r\n%s\r\n"
                            % (len(b"key:%d" % key), key, length, b"v" * length))
        for key in range(number, keys, 5):
            name = b"key:%d" % key
            commands.append(b"*2\r\n$3\r\nDEL\r\n$%d\r\n%s\r\n" % (len(name), name))
        phases.append(commands)
    return phases
