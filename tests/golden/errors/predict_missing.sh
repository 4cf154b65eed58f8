heapreel predict missing.reel
