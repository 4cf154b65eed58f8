#!/usr/bin/env bash
# What heapreel can do today, from beginning to end: a foreign recording becomes a reel, is looked at, checked, packed,
# damaged and repaired. Works in a folder of its own and removes it.
#
#   demo.sh BINARY
set -euo pipefail

heapreel=$1
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

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

printf 'A made-up recording of a document server, 400,000 calls on three threads (heapreel cannot record yet):\n'
python3 "$here/demo/make_recording.py" 400000 server.mlogcol

run import --from mlogcol server.mlogcol -o server.reel
run info server.reel
run dump server.reel --from 10ms --limit 6
run check server.reel
run pack server.reel -o server.packed.reel
run pack --archive server.reel -o server.small.reel

printf '\nA full disk cuts the reel off after 200,000 bytes. It still opens, and says what is missing:\n'
head -c 200000 server.reel >cut.reel
run check cut.reel --repair -o repaired.reel || true
run info repaired.reel
