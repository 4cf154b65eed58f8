#!/bin/sh
# What `record` refuses about stacks, before the program starts. stacks_flags.sh HEAPREEL
set -u
heapreel=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1

# refused TEXT FLAG...: the words must stand in the error, and the program must not have run.
refused() {
  text=$1
  shift
  if timeout -s KILL 20 "$heapreel" record "$@" touch ran 2> error; then echo "$*: not refused" >&2; exit 1; fi
  if [ -e ran ]; then echo "$*: the program ran" >&2; exit 1; fi
  if ! grep -Fq -- "$text" error; then echo "$*: no '$text' in: $(cat error)" >&2; exit 1; fi
}

for how in 0 65 fp: fp:0 fp10 deep 10x; do refused "bad value '$how' for '--stacks'" "--stacks=$how"; done
refused "needs '--stacks'" --stacks-every 4K
refused "bad value" --stacks --stacks-every=x

# A library that cannot be loaded, in place of the unwinder.
: > libunwind.so.8
LD_LIBRARY_PATH=$folder
export LD_LIBRARY_PATH
refused "install libunwind8" --stacks
timeout -s KILL 20 "$heapreel" record -q --stacks=fp -o fp.reel touch ran || exit 1
[ -e ran ] || { echo "--stacks=fp needs no unwinder, and yet the program did not run" >&2; exit 1; }
