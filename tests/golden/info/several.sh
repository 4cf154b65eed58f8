make_reels
heapreel pack x.reel -o x.packed.reel 2>/dev/null
heapreel info x.reel x.packed.reel | masked | grep -E '^x|form|content id|^$'
