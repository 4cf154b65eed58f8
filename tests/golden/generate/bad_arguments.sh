try heapreel generate
try heapreel generate web-server
try heapreel generate web-servr -o x.reel
try heapreel generate nothing-like-it -o x.reel
try heapreel generate web-server:fast -o x.reel
try heapreel generate --list web-servr
try heapreel generate web-server -o x.reel --events 0
try heapreel generate web-server -o x.reel --events -5
try heapreel generate web-server -o x.reel --duration 0
try heapreel generate web-server -o x.reel --threads 0
try heapreel generate web-server -o x.reel --threads 2
try heapreel generate web-server -o x.reel --threads 100k
try heapreel generate web-server -o x.reel --scale 0
try heapreel generate web-server -o x.reel --scale big
try heapreel generate web-server -o x.reel -p conections=5
try heapreel generate web-server -o x.reel -p connections
try heapreel generate web-server -o x.reel -p connections=many
try heapreel generate web-server -o x.reel -p connections=0
try heapreel generate web-server -o x.reel -p slow-clients=150%
try heapreel generate web-server -o x.reel -p think-time=fast
ls
