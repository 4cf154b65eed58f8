heapreel completions zsh >script
zsh -n script && echo fine
