heapreel record --help
