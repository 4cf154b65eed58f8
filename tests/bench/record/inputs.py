"""The inputs of the real programs, made anew in the benchmark's folder and the same on every machine."""

INSERTS = 300_000

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
    return written(context.folder / "work.py", lambda: PYTHON_SCRIPT % context.scaled(250_000))


def sql_script(context):
    return written(context.folder / "work.sql", lambda: sql(context.scaled(INSERTS)))


def sql(inserts):
    rows = (f"INSERT INTO item VALUES({i}, 'name of item {i * 7919 % inserts}', {i * 0.5});" for i in range(inserts))
    return "\n".join(["CREATE TABLE item(id INTEGER PRIMARY KEY, name TEXT, price REAL);", *rows,
                      "SELECT count(*), sum(price) FROM item;", ""])


def cpp_source(context):
    return written(context.folder / "work.cc", lambda: CPP_SOURCE)
