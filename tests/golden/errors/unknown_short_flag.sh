heapreel dump -x a.reel
