#!/usr/bin/env bash
# What heapreel can do today, from beginning to end: a program is recorded, its reel is looked at, replayed, packed,
# damaged and repaired; a foreign recording becomes a reel. Works in a folder of its own and removes it.
#
#   demo.sh BINARY
set -euo pipefail

heapreel=$1
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export XDG_CACHE_HOME=$work/cache
export PATH=/usr/bin:$PATH # the distribution's python3, not a wrapper that starts it

# Shows a command as a person would type it, then runs it.
run() {
  printf '\n\033[1m$ heapreel %s\033[0m\n' "$*"
  "$heapreel" "$@"
}

if [[ ! -t 1 ]]; then
  run() {
    printf '\n$ heapreel %s\n' "$*"
    "$heapreel" "$@"
  }
fi

cat >words.py <<'PYTHON'
import random, threading
def count(seed):
    words = {}
    draw = random.Random(seed)
    for _ in range(60000):
        word = "".join(draw.choices("abcdef", k=draw.randint(1, 9)))
        words[word] = words.get(word, 0) + 1
threads = [threading.Thread(target=count, args=(seed,)) for seed in range(3)]
for thread in threads: thread.start()
for thread in threads: thread.join()
PYTHON

printf 'A program counts words on three threads. This is what it asks of its allocator:\n'
export PYTHONMALLOC=malloc
run record -o words.reel python3 words.py
run info words.reel
run dump words.reel --from 10ms --limit 6
run check words.reel

cat >trees.py <<'PYTHON'
import json
trees = [{"id": i, "name": "n" * (i % 50), "tags": [str(j * i) for j in range(i % 7)]} for i in range(60000)]
text = json.dumps(trees)
again = json.loads(text)
del trees
print(len(text), sum(len(tree["tags"]) for tree in again))
PYTHON

printf '\nAnother one makes trees of JSON. Which allocator should it run on? One command answers:\n'
run try --quick --allocators glibc,jemalloc,mimalloc -- python3 trees.py || true # 3: nothing to recommend, and it said why
run advice python3.try/results.json
run compare --fail-if 'rss_peak>+3%' python3.try/results.json python3.try/results.json

run pack words.reel -o words.packed.reel

printf '\nA full disk cuts the reel off after 200,000 bytes. It still opens, and says what is missing:\n'
head -c 200000 words.reel >cut.reel
run check cut.reel --repair -o repaired.reel || true
run info repaired.reel

printf '\nAnother recorder'"'"'s trace, of a document server, becomes a reel, too:\n'
python3 "$here/demo/make_recording.py" 100000 server.mlogcol
run import --from mlogcol server.mlogcol -o server.reel
