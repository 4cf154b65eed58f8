make_reels
heapreel import --from mlogcol x.mlogcol -o y.reel 2>&1 | masked
zstd -q x.mlogcol
heapreel import --from mlogcol x.mlogcol.zst -o z.reel --ticks-per-second 1G 2>&1 | masked
heapreel check y.reel
heapreel check z.reel
heapreel info z.reel | grep -E 'origin|events'
