# An output has its name when it is whole, and leaves nothing before that.
for signal in SIGINT SIGTERM SIGHUP; do interrupt "$signal" heapreel generate json-tree --events 1T -o x.reel; done
ls
