touch notes.txt
complete_zsh 'heapreel doctor --j'
complete_zsh 'heapreel doctor mktem'
complete_zsh 'heapreel doctor cat not'
