#!/usr/bin/env bash
# Records the samples anew, packs and scrubs them, and renews their figures in README.md.
#
#   sample_traces/record.sh [NAME...]      all of them without names; `sample_traces/record.sh --list`
#
# Each program runs three times unrecorded, for the reference figures, and once recorded. Inputs are made here, the same
# every time; servers listen on free ports of loopback and are ended. HEAPREEL is the command to use,
# build/release/bin/heapreel otherwise; HEAPREEL_SAMPLES the folder the samples go to, this one otherwise.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
heapreel=$(realpath -m "${HEAPREEL:-$here/../build/release/bin/heapreel}")
samples=$(realpath "${HEAPREEL_SAMPLES:-$here}")
runs=3
names=(redis sqlite python cc1plus nginx node git server)
# Those that are generated, not recorded: the name, and what `heapreel generate` is given.
declare -A generated=(
  [web-server]="web-server --events 3M --seed 1"
  [kv-store]="kv-store --events 3M --seed 1"
  [json-tree]="json-tree --events 3M --seed 1"
)
export PATH=/usr/bin:$PATH:/usr/sbin:/sbin # the distribution's python3, not a wrapper that starts it

die() {
  printf 'record.sh: error: %s\n' "$1" >&2
  if (($# > 1)); then printf 'hint: %s\n' "$2" >&2; fi
  exit 1
}

# need COMMAND PACKAGE
need() { command -v "$1" >/dev/null || die "$1 is not installed" "on Debian and Ubuntu: apt-get install $2"; }

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

listens() { python3 -c "import socket, sys; s = socket.socket(); sys.exit(s.connect_ex(('127.0.0.1', $1)) != 0)"; }

# wait_until SECONDS COMMAND...
wait_until() {
  local tries=$(($1 * 20))
  shift
  until "$@"; do
    ((tries-- > 0)) || die "waited in vain: $*"
    sleep 0.05
  done
}

has_child() { pgrep -P "$1" >/dev/null; }

is_gone() { ! kill -0 "$1" 2>/dev/null; }

recorder=("$heapreel" record --quiet --reference "$runs" -o app.reel --)
record() { "${recorder[@]}" "$@"; }

# record_server PORT LOAD CMD... : LOAD is a function that loads the server and makes it end; once for every run.
record_server() {
  local port=$1 load=$2 run server
  shift 2
  "${recorder[@]}" "$@" >server.out 2>&1 &
  pid=$!
  for ((run = 0; run <= runs; ++run)); do
    wait_until 30 has_child "$pid"
    server=$(pgrep -P "$pid" -o)
    wait_until 30 listens "$port"
    "$load" "$port" || die "the load of $1 failed"
    wait_until 30 is_gone "$server"
  done
  wait "$pid" || die "the recording of $1 failed: $(tail -3 server.out)"
  pid=
}

# --- the samples: sample_NAME records into app.reel, in an empty folder ------------------------------------------------

# Values are written again in other sizes: what a fragmented cache looks like.
load_redis() {
  local size
  for size in 60 200 90 700; do
    redis-benchmark -h 127.0.0.1 -p "$1" -q -t set,lpush,sadd,hset -n 24000 -c 8 -P 4 -d "$size" -r 20000 >/dev/null
    redis-benchmark -h 127.0.0.1 -p "$1" -q -n 10000 -c 8 -P 4 -r 20000 del key:__rand_int__ >/dev/null
    sleep 0.5
  done
  redis-cli -h 127.0.0.1 -p "$1" shutdown nosave || true
}

sample_redis() {
  local port
  need redis-server redis-server
  need redis-benchmark redis-tools
  port=$(free_port)
  record_server "$port" load_redis redis-server --save '' --appendonly no --bind 127.0.0.1 --port "$port" \
    --dir "$PWD" --logfile redis.log
}

sample_sqlite() {
  need sqlite3 sqlite3
  awk 'BEGIN {
    n = 180000
    print "CREATE TABLE item(id INTEGER PRIMARY KEY, name TEXT, price REAL);"
    for (i = 0; i < n; ++i) printf "INSERT INTO item VALUES(%d, '\''name of item %d'\'', %.1f);\n", i, i * 7919 % n, i * 0.5
    print "CREATE INDEX by_name ON item(name);"
    print "DELETE FROM item WHERE id % 3 = 0;"
    print "SELECT substr(name, 1, 14) AS n, count(*), sum(price) FROM item GROUP BY n ORDER BY 2 DESC LIMIT 5;"
    print "SELECT count(*), max(length(names)) FROM (SELECT group_concat(name) AS names FROM item GROUP BY id / 100);"
  }' >work.sql
  record sqlite3 :memory: '.read work.sql' >answers
}

sample_python() {
  need python3 python3
  cat >work.py <<'PYTHON'
import json
import random

random.seed(1)
index, documents = {}, []
for i in range(40_000):
    words = ["word%d" % random.randrange(20_000) for _ in range(random.randrange(3, 12))]
    documents.append({"id": i, "title": " ".join(words), "tags": words[:3], "score": i * 0.5})
    for word in words:
        index.setdefault(word, []).append(i)
    if i % 5 == 4:
        parsed = json.loads(json.dumps(documents[-5:]))
        documents[-5] = {"id": i, "children": parsed}
    if len(documents) > 20_000:
        del documents[:5_000]
rows = sorted((len(found), word, [documents[n % len(documents)]["id"] for n in found]) for word, found in index.items())
text = "\n".join(f"{count} {word} {sum(ids)}" for count, word, ids in rows)
totals = {line.split()[1][:6]: len(line) for line in text.splitlines()}
PYTHON
  PYTHONMALLOC=malloc PYTHONHASHSEED=0 record /usr/bin/python3 -S work.py
}

# cc1plus as g++ would run it: the driver is not what is recorded.
sample_cc1plus() {
  local line
  local -a command
  need g++ g++
  cp "$here/programs/"* .
  line=$(LC_ALL=C g++ -std=c++20 -O2 -S '-###' server.cc -o server.s 2>&1 | grep /cc1plus)
  eval "command=($line)" # as the driver quotes it for a shell
  record "${command[@]}" >/dev/null 2>&1
}

load_nginx() {
  local url=http://127.0.0.1:$1 page
  for page in a b c; do
    ab -q -n 14000 -c 12 "$url/$page.txt" >/dev/null
    ab -q -n 5000 -c 8 -H 'Accept-Encoding: gzip' "$url/$page.txt" >/dev/null
    ab -q -k -n 40000 -c 20 "$url/missing/$page" >/dev/null
  done
  kill -QUIT "$(<nginx.pid)"
}

sample_nginx() {
  local port page lines
  need nginx nginx-light
  need ab apache2-utils
  port=$(free_port)
  mkdir pages
  for page in a:20 b:400 c:3000; do
    lines=${page#*:}
    seq -f 'line %.0f of a page that is sent again and again' "$lines" >"pages/${page%:*}.txt"
  done
  chmod 755 . pages
  cat >nginx.conf <<CONF
daemon off; master_process off; pid nginx.pid; error_log error.log;
events { worker_connections 256; }
http {
  access_log access.log;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  server { listen 127.0.0.1:$port; root $PWD/pages; gzip on; gzip_min_length 100; gzip_types text/plain; }
}
CONF
  record_server "$port" load_nginx nginx -p "$PWD/" -c nginx.conf
}

sample_node() {
  need node nodejs
  cat >work.js <<'JS'
const zlib = require('zlib');
const kept = new Map();
let state = 7;
const next = (n) => (state = (state * 1103515245 + 12345) % 2147483648) % n;
for (let i = 0; i < 150000; ++i) {
  const bytes = Buffer.allocUnsafeSlow(100 + next(i % 97 === 0 ? 20000 : 2500)).fill(i % 251);
  kept.set(next(14000), { id: i, bytes, text: `row ${i} of ${bytes.length}` });
  if (i % 200 === 0) zlib.deflateSync(bytes);
  if (i % 1000 === 0) gc(); // when buffers are freed hangs on the load then, not on the clock
}
const packed = [];
const pack = (left) => left && zlib.gzip([...kept.values()].map((row) => row.text).join(), (_, bytes) => {
  packed.push(bytes);
  pack(left - 1);
});
pack(200);
JS
  record node --expose-gc --single-threaded-gc work.js
}

# A bare repository with many versions of some files: work for finding deltas.
sample_git() {
  need git git
  git init --quiet --bare repository
  awk 'BEGIN {
    srand(5)
    for (f = 0; f < 14; ++f) for (w = 0; w < 4000; ++w) line[f, w] = "word" int(rand() * 3000) " of file " f " " w
    for (c = 1; c <= 240; ++c) {
      printf "commit refs/heads/main\nmark :%d\ncommitter A <a@b> %d +0000\ndata 1\nc\n", c, c
      if (c > 1) printf "from :%d\n", c - 1
      for (k = 0; k < 3; ++k) {
        f = (c * 5 + k * 3) % 14
        for (i = 0; i < 200; ++i) { w = int(rand() * 4000); line[f, w] = "changed " int(rand() * 1000000) }
        text = ""
        for (w = 0; w < 4000; ++w) text = text line[f, w] "\n"
        printf "M 100644 inline folder%d/file%d\ndata %d\n%s\n", f % 4, f, length(text), text
      }
    }
  }' | git -C repository fast-import --quiet
  record git -C repository pack-objects --all --threads=2 --window=12 --no-reuse-delta --no-reuse-object --stdout -q >/dev/null
}

load_server() { ./server load "$1" 240000; }

sample_server() {
  local port
  need g++ g++
  port=$(free_port)
  g++ -std=c++20 -O2 -pthread "$here/programs/server.cc" -o server
  record_server "$port" load_server ./server serve "$port"
}

# --- from recording to sample -----------------------------------------------------------------------------------------

make_sample() {
  local name=$1 folder
  folder=$(mktemp -d "${TMPDIR:-/tmp}/heapreel_sample_$name.XXXXXX")
  printf '%s: making\n' "$name" >&2
  (
    pid= # of the recorder of a server
    trap 'rm -rf "$folder"; [[ -z $pid ]] || kill "$pid"' EXIT
    cd "$folder"
    if [[ -v generated[$name] ]]; then
      read -ra words <<<"${generated[$name]}"
      "$heapreel" generate "${words[@]}" -o app.reel
    else
      "sample_$name"
    fi
    printf '%s: packing\n' "$name" >&2
    "$heapreel" pack --archive --scrub --force app.reel -o "$samples/$name.reel" 2>/dev/null
  )
}

names+=("${!generated[@]}")
if [[ ${1:-} == --list ]]; then
  printf '%s\n' "${names[@]}"
  exit
fi
for name in "$@"; do
  [[ " ${names[*]} " == *" $name "* ]] || die "unknown sample '$name'" "there are: ${names[*]}"
done
[[ -x $heapreel ]] || die "no heapreel at $heapreel" "run ./dev build first, or set HEAPREEL"
need python3 python3
if (($# == 0)); then set -- "${names[@]}"; fi
for name in "$@"; do make_sample "$name"; done
python3 "$here/table.py" --heapreel "$heapreel" --write "$samples"
