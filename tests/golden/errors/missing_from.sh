heapreel import a.log -o b.reel
