touch app.reel other.reel; mkdir folder
complete_bash heapreel info ''
complete_bash heapreel pack app.reel -o o
complete_bash heapreel info app
