complete_zsh 'heapreel dump --format js'
complete_zsh 'heapreel pack --time ex'
