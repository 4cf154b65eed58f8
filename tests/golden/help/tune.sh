heapreel tune --help
