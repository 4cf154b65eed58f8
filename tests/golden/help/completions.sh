heapreel completions --help
