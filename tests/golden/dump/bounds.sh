# Nothing is printed for no time at all, for a time after the end, and when no event is asked for.
make_reels
try heapreel dump x.reel --limit 0
try heapreel dump x.reel --from 1h
try heapreel dump x.reel --from 1ms --to 1ms
heapreel dump x.reel --from 0 --to 300d --limit 5M | wc -l
