heapreel check a.reel --force
