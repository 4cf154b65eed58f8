heapreel generate --list | head -n 3
heapreel generate --list json-tree
heapreel generate --list json-tree --json | /usr/bin/python3 -c '
import json, sys
page = json.load(sys.stdin)
print(page["schema"], [(w["name"], len(w["parameters"])) for w in page["workloads"]])'
