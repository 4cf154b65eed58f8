# A reader that leaves does not turn a bad command line into success.
{ sleep 0.2; heapreel info; echo "status $?" >&2; } | true
