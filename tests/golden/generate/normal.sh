heapreel generate json-tree --events 10k -o a.reel 2>&1 | masked
heapreel generate json-tree --events 10k -o b.reel 2>/dev/null
cmp <(heapreel dump a.reel) <(heapreel dump b.reel) && echo the same twice
heapreel generate json-tree --events 10k --seed 2 -o c.reel 2>/dev/null
cmp -s <(heapreel dump a.reel) <(heapreel dump c.reel) || echo another seed, another course
heapreel check a.reel
heapreel info a.reel | grep -E 'origin|threads'
heapreel generate json-tree --events 10k --threads 5 -p kept=3 -o d.reel 2>/dev/null
heapreel info d.reel | grep -E 'origin|threads'
heapreel generate json-tree --duration 2ms -o e.reel 2>/dev/null
heapreel info e.reel | grep -E 'events'
