#!/usr/bin/env bash
# The control of test_consumer.sh: a consumer that includes a header which is not installed must not build.
#
#   test_consumer_control.sh CMAKE BUILD_DIR CXX
set -euo pipefail

here=$(dirname "${BASH_SOURCE[0]}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cp -r "$here/consumer" "$work/consumer"
sed -i '1i #include <tools/cli/text.h>' "$work/consumer/main.cc"
if "$here/test_consumer.sh" "$1" "$2" "$3" "" "$work/consumer" >"$work/log" 2>&1; then
  echo "a consumer could include a private header"
  exit 1
fi
grep -q "tools/cli/text.h" "$work/log" # it failed for this reason and no other
