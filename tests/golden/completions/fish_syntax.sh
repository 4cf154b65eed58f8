heapreel completions fish >script
fish --no-config -n script && echo fine
