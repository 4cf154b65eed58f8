heapreel dump a.reel --limit 3x
