heapreel --help
