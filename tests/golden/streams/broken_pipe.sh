# The reader leaves before the first byte: custom makes that a success.
set -o pipefail
{ sleep 0.2; heapreel --help; echo "status $?" >&2; } | true
