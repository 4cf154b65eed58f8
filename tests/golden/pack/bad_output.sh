make_reels
mkdir folder locked
chmod 555 locked
ln x.reel link.reel
: >taken
try heapreel pack x.reel -o taken
try heapreel pack x.reel -o folder
try heapreel pack x.reel -o folder --force
try heapreel pack x.reel -o missing/p.reel
try heapreel pack x.reel -o taken/p.reel
try heapreel pack x.reel -o x.reel
try heapreel pack x.reel -o x.reel --force
try heapreel pack x.reel -o link.reel --force
try heapreel pack x.reel -o /dev/null
try without_privilege heapreel pack x.reel -o locked/p.reel
heapreel pack x.reel -o taken --force 2>/dev/null
ls
