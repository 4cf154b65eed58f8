heapreel advice --help
