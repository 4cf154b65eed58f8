# One object a line; the keys are a promise to programs.
make_reels
heapreel info --json x.reel flip.reel | python3 -c '
import json, sys
for line in sys.stdin:
    info = json.loads(line)
    info["bytes_on_disk"] = info["bytes_per_event"] = "#"
    for damage in info["damage"]: damage["offset"] = damage["bytes"] = "#"
    print(json.dumps(info, indent=1))'
