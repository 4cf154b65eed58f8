#!/usr/bin/env bash
# Installs the build into an empty prefix, then configures, builds and runs the consumer against that alone.
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
"$work/build/reel_consumer"
