heapreel doctor --help
