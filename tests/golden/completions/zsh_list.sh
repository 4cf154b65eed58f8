complete_zsh 'heapreel '
