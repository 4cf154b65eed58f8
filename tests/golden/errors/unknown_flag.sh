heapreel info --jsno a.reel
