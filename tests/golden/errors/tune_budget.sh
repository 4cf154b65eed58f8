heapreel tune --budget 0 app.reel
