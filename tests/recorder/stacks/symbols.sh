#!/bin/sh
# What runs in a traced process for its stacks may need from outside only what is named here: nothing that allocates,
# nothing of libstdc++. symbols.sh OBJECT...
set -eu
allowed='^(__errno_location|__libc_stack_end|_GLOBAL_OFFSET_TABLE_|dlopen|dlsym|sigaltstack|syscall|__stack_chk_fail)$'
needed=$(nm --undefined-only --format=posix "$@" | awk 'NF >= 2 && $1 !~ /:$/ { print $1 }' | sort -u)
[ -n "$needed" ] || { echo "symbols.sh: no undefined symbols at all in $*: are these the objects?" >&2; exit 1; }
own=$(nm --defined-only --format=posix "$@" | awk 'NF >= 2 { print $1 }')
status=0
for symbol in $needed; do
  if printf '%s\n' "$symbol" | grep -Eq "$allowed"; then continue; fi
  if printf '%s\n' "$own" | grep -Fxq -- "$symbol"; then continue; fi
  echo "symbols.sh: needs $symbol, which is not on the list of what is harmless" >&2
  status=1
done
exit $status
