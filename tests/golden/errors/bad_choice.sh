heapreel dump a.reel --format jsnol
