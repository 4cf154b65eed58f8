heapreel dump a.reel --colour
