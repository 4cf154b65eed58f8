make_reels
heapreel info x.reel | masked
