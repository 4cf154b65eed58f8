# The block named is the one that holds the byte that was turned over (5000).
make_reels 150000
heapreel check flip.reel --json | python3 -c '
import json, sys
report = json.load(sys.stdin)
print(*report)
for finding in report["findings"]:
    if "event" not in finding: print(finding["kind"], finding["what"], "block", finding["block"], finding["offset"] <= 5000, finding["events_lost"])'
