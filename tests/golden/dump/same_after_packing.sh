# The packed form holds the same events; exact times are kept on demand.
make_reels
heapreel pack --time exact x.reel -o p.reel 2>/dev/null
heapreel dump x.reel >a
heapreel dump p.reel >b
cmp a b && wc -l <a
