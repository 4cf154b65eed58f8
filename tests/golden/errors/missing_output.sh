heapreel pack a.reel
