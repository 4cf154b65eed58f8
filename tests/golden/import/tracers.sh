# What tracers leave out, and what of theirs is no trace of calls.
cp "$HEAPREEL_SOURCE"/tests/importers/data/{ltrace/good_cxx.txt,perf/good_pids.txt,logalloc/good.txt} .
cp "$HEAPREEL_SOURCE"/tests/importers/data/{ltrace/bad_system_calls.txt,heaptrack/bad_interpreted.txt} .
heapreel import good_cxx.txt -o a.reel 2>&1 | masked
echo; heapreel import good_pids.txt -o b.reel 2>&1 | masked
try heapreel import bad_system_calls.txt -o y.reel
try heapreel import bad_interpreted.txt -o y.reel
try heapreel import --from mtrace good.txt -o y.reel
