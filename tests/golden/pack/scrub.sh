# What is taken out and what stays; the events are the same, and so is their id.
make_reels
heapreel pack --scrub x.reel -o s.reel 2>&1 | masked
heapreel check s.reel
heapreel info s.reel | masked | head -4
heapreel pack --scrub=L1 --time none s.reel -o again.reel 2>&1 | masked
