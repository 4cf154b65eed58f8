heapreel check --help
