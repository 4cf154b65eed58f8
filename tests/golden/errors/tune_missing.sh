heapreel tune missing.reel
