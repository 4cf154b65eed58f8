# A limit on file sizes stands in for a full disk: nothing is left behind.
make_reels
ulimit -f 2
try heapreel pack x.reel -o p.reel
ls
