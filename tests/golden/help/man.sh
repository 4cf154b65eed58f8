heapreel man --help
