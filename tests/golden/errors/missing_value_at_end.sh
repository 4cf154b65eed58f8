heapreel dump a.reel --limit
