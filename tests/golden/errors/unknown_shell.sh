heapreel completions csh
