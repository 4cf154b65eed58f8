# An output has its name when it is whole, and leaves nothing before that.
make_reels 200000
for signal in SIGINT SIGTERM SIGHUP; do interrupt "$signal" heapreel pack --archive --jobs 1 x.reel -o p.reel; done
