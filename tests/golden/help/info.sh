heapreel info --help
