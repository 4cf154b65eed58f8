make_reels
heapreel dump x.reel --format jsonl --limit 4
heapreel dump x.reel --format jsonl | grep realloc | head -2
heapreel dump x.reel --format jsonl | python3 -c '
import json, sys
events = [json.loads(line) for line in sys.stdin]
assert [event["seq"] for event in events] == list(range(20000))
assert all(a["t_ns"] <= b["t_ns"] for a, b in zip(events, events[1:]))
print(len(events), "events;", *sorted({key for event in events for key in event}))'
