: >taken
mkdir folder
try heapreel generate json-tree --events 100 -o taken
try heapreel generate json-tree --events 100 -o folder
try heapreel generate json-tree --events 100 -o missing/x.reel
try heapreel generate json-tree --events 100 -o /dev/null
heapreel generate json-tree --events 100 -o taken --force 2>/dev/null
heapreel check taken
ls
