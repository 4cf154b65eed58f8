heapreel info --json=yes a.reel
