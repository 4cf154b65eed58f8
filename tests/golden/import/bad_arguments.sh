make_reels
try heapreel import x.mlogcol -o y.reel
try heapreel import --from mlogcol x.mlogcol
try heapreel import --from mlogtxt x.mlogcol -o y.reel
try heapreel import --from mlogcol x.mlogcol -o y.reel --ticks-per-second 0
try heapreel import --from mlogcol x.mlogcol -o y.reel --ticks-per-second fast
