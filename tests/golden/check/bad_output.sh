make_reels
mkdir folder locked
chmod 555 locked
try heapreel check x.reel --repair
try heapreel check x.reel -o y.reel
: >taken
try heapreel check x.reel --repair -o taken
try heapreel check x.reel --repair -o folder
try heapreel check x.reel --repair -o missing/y.reel
try heapreel check x.reel --repair -o x.reel --force
try without_privilege heapreel check x.reel --repair -o locked/y.reel
try heapreel check x.reel --repair -o taken --force
