touch app.reel
complete_zsh 'heapreel info ap'
complete_zsh 'heapreel pack app.reel -o ap'
