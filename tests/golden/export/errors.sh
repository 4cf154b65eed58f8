make_reels
heapreel import --from mlogcol x.mlogcol -o a.reel 2>/dev/null
mkdir folder
try heapreel export
try heapreel export missing.reel
try heapreel export a.reel --format parquet
try heapreel export a.reel --table leaks
try heapreel export a.reel --force
try heapreel export a.reel -o folder
try heapreel export a.reel -o nowhere/a.csv
try heapreel export a.reel -o x.mlogcol
try heapreel export a.reel -o a.reel --force
try heapreel export a.reel >/dev/full
heapreel export a.reel | head -1
echo "${PIPESTATUS[0]}"
ulimit -f 2
try heapreel export a.reel -o a.csv
ls
