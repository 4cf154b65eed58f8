heapreel pack a.reel -o b.reel --jobs=-1
