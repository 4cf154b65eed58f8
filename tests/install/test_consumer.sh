#!/usr/bin/env bash
# Installs the build into an empty prefix, then configures and builds the consumer against that alone, and runs it on a
# reel that the installed heapreel made.
#
#   test_consumer.sh CMAKE BUILD_DIR CXX SANITIZE CONSUMER_DIR
set -euo pipefail

cmake=$1 build=$2 cxx=$3 sanitize=$4 consumer=$5
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$cmake" --install "$build" --prefix "$work/prefix" >/dev/null
"$work/prefix/bin/heapreel" --version
test -s "$work/prefix/share/man/man1/heapreel-info.1"
"$cmake" -S "$consumer" -B "$work/build" -G Ninja -DCMAKE_PREFIX_PATH="$work/prefix" -DCMAKE_CXX_COMPILER="$cxx" \
  -DCMAKE_CXX_FLAGS="${sanitize:+-fsanitize=$sanitize}" >/dev/null
"$cmake" --build "$work/build"

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
python3 "$here/../../tools/demo/make_recording.py" 20000 "$work/x.mlogcol"
"$work/prefix/bin/heapreel" import --from mlogcol "$work/x.mlogcol" -o "$work/x.reel"
"$work/build/reel_consumer" "$work/x.reel" | tee "$work/printed"
# `heapreel info --json` tells the same: "events" and "allocated_bytes", all on thread 1.
diff -u - "$work/printed" <<'TEXT'
20000 events
thread 1 allocated 2829681 bytes
TEXT
# The control: a file that is no reel is refused with a reason.
if "$work/build/reel_consumer" "$work/x.mlogcol" 2>"$work/refused"; then exit 1; fi
grep -q 'it is not a reel' "$work/refused"
