complete_zsh 'heapreel inf'
complete_zsh 'heapreel pa'
