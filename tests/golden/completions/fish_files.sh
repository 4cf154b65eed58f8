touch app.reel
complete_fish 'heapreel info ap'
complete_fish 'heapreel pack -o ap'
