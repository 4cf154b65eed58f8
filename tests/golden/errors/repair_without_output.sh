heapreel check a.reel --repair
