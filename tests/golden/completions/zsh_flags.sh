complete_zsh 'heapreel check --rep'
complete_zsh 'heapreel pack --keep'
