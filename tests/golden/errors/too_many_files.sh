heapreel dump a.reel b.reel
