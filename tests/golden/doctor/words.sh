# Flags end at the program: what follows is its own. An empty name is none.
heapreel doctor sh --help | sed -n 's/^Program/Program/p'
heapreel doctor -- sh --json | sed -n 's/^Program/Program/p'
try heapreel doctor --jsn sh
try heapreel doctor ''
