make_reels
try heapreel check x.reel --repair -o y.reel
try heapreel check y.reel
