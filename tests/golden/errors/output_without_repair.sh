heapreel check a.reel -o b.reel
