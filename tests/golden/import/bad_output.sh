make_reels
mkdir folder locked
chmod 555 locked
try heapreel import --from mlogcol x.mlogcol -o x.reel
try heapreel import --from mlogcol x.mlogcol -o folder
try heapreel import --from mlogcol x.mlogcol -o missing/y.reel
try heapreel import --from mlogcol x.mlogcol -o x.mlogcol --force
try without_privilege heapreel import --from mlogcol x.mlogcol -o locked/y.reel
ulimit -f 2
try heapreel import --from mlogcol x.mlogcol -o y.reel
ls
