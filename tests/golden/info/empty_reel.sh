# A recording without any event is a sound reel.
make_reels 0
heapreel info x.reel | masked
heapreel info --json x.reel | python3 -m json.tool >/dev/null && echo "JSON"
heapreel check x.reel
heapreel dump x.reel
heapreel pack x.reel -o p.reel 2>&1 | masked
