#!/usr/bin/env bash
# Writes the manual pages and completion scripts that an installation holds, by asking the binary for them.
#
#   generate_documents.sh HEAPREEL MAN_DIR COMPLETIONS_DIR
set -euo pipefail

heapreel=$1 man_dir=$2 completions_dir=$3

rm -rf "$man_dir" "$completions_dir" # no page of a command that is gone
mkdir -p "$man_dir" "$completions_dir"

pages=$("$heapreel" man --list)
for page in $pages; do
  "$heapreel" man "$page" >"$man_dir/heapreel-$page.1"
done
"$heapreel" completions bash >"$completions_dir/heapreel"
"$heapreel" completions zsh >"$completions_dir/_heapreel"
"$heapreel" completions fish >"$completions_dir/heapreel.fish"
"$heapreel" man >"$man_dir/heapreel.1"
