make_reels
try heapreel pack x.reel
try heapreel pack x.reel -o p.reel --time 5us
try heapreel pack x.reel -o p.reel --jobs all
try heapreel pack x.reel -o p.reel --jobs 5000000000
try heapreel pack x.reel -o p.reel --scrub=L2
try heapreel pack x.reel -o p.reel --scrub --keep-addresses
