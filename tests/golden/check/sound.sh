make_reels
heapreel check x.reel
heapreel check --json x.reel
heapreel pack x.reel -o p.reel 2>/dev/null
heapreel check p.reel
