make_reels
heapreel pack x.reel -o p.reel 2>&1 | masked
heapreel info p.reel | masked | head -5
