make_reels
heapreel dump x.reel --limit 12
heapreel dump x.reel --from 180us --to 182us
