heapreel check a.reel -o --repair
