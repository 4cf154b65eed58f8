# A limit on file sizes stands in for a full disk: 10^12 events stop there, and nothing is left behind.
ulimit -f 200
try heapreel generate json-tree --events 1T -o x.reel
ls
